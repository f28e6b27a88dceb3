import { expect, it } from '@jest/globals';
import { command } from '@isolith/contracts';
import { saga } from '@isolith/saga';
import { sagaUnderTest } from '@isolith/saga/testing';
import { z } from 'zod';

const input = z.object({ tripId: z.string() });
class TakeSeat extends command('seats.take-seat', { input }) {}
class FreeSeat extends command('seats.free-seat', { input }) {}
class Charge extends command('bank.charge', { input }) {}
class TakeMeal extends command('meals.take-meal', {
  input: z.object({ tripId: z.string(), diet: z.string() }),
}) {}
class CancelMeal extends command('meals.cancel-meal', { input }) {}

const bookingV1 = saga({
  name: 'trips.booking',
  state: z.object({ tripId: z.string() }),
  steps: (step) => [
    step({
      name: 'take-seat',
      invoke: ({ tripId }) => new TakeSeat({ tripId }),
      compensate: ({ tripId }) => new FreeSeat({ tripId }),
    }),
    step({ name: 'charge', invoke: ({ tripId }) => new Charge({ tripId }), pivot: true }),
  ],
});

const booking = saga({
  name: 'trips.booking',
  version: 2,
  former: [bookingV1],
  state: z.object({ tripId: z.string(), diet: z.string() }),
  steps: (step) => [
    step({
      name: 'take-seat',
      invoke: ({ tripId }) => new TakeSeat({ tripId }),
      compensate: ({ tripId }) => new FreeSeat({ tripId }),
    }),
    step({
      name: 'take-meal',
      invoke: ({ tripId, diet }) => new TakeMeal({ tripId, diet }),
      compensate: ({ tripId }) => new CancelMeal({ tripId }),
    }),
    step({ name: 'charge', invoke: ({ tripId }) => new Charge({ tripId }), pivot: true }),
  ],
});

const movedOn = saga({
  name: 'trips.booking',
  version: 2,
  upcasters: [{ from: 1, up: (state) => ({ ...state, diet: 'any' }) }],
  state: z.object({ tripId: z.string(), diet: z.string() }),
  steps: (step) => [step({ name: 'charge', invoke: ({ tripId }) => new Charge({ tripId }), pivot: true })],
});

it('each version goes its own way', async () => {
  const steps = async (run: Promise<{ readonly timeline: readonly string[] }>) => (await run).timeline.slice(1);
  expect(await steps(sagaUnderTest(bookingV1).run({ tripId: 'lisbon' }))).toEqual(['take-seat done', 'charge done']);
  expect(await steps(sagaUnderTest(booking).run({ tripId: 'lisbon', diet: 'vegan' }))).toEqual([
    'take-seat done',
    'take-meal done',
    'charge done',
  ]);
});

it('a state of version 1 becomes one of version 2', () => {
  expect(movedOn.plan.upcast({ tripId: 'lisbon' }, 1)).toEqual({ tripId: 'lisbon', diet: 'any' });
});
