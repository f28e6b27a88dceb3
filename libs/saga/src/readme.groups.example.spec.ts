import { expect, it } from '@jest/globals';
import { command, failure, NotDeliveredError } from '@isolith/contracts';
import { all, saga } from '@isolith/saga';
import { sagaUnderTest } from '@isolith/saga/testing';
import { z } from 'zod';

const input = z.object({ tripId: z.string() });
class NoRoom extends failure('rooms.no-room', { status: 409, detail: 'no room is free' }) {}
class TakeSeat extends command('seats.take-seat', { input, output: z.object({ seat: z.string() }) }) {}
class FreeSeat extends command('seats.free-seat', { input }) {}
class TakeRoom extends command('rooms.take-room', {
  input,
  output: z.object({ room: z.string() }),
  failures: [NoRoom],
}) {}
class FreeRoom extends command('rooms.free-room', { input }) {}
class Charge extends command('bank.charge', { input }) {}

const journey = saga({
  name: 'trips.journey',
  state: z.object({ tripId: z.string(), seat: z.string().optional(), room: z.string().optional() }),
  steps: (step) => [
    all('reserve', [
      step({
        name: 'take-seat',
        invoke: ({ tripId }) => new TakeSeat({ tripId }),
        extend: (trip, { seat }) => ({ ...trip, seat }),
        compensate: ({ tripId }) => new FreeSeat({ tripId }),
      }),
      step({
        name: 'take-room',
        invoke: ({ tripId }) => new TakeRoom({ tripId }),
        extend: (trip, { room }) => ({ ...trip, room }),
        compensate: ({ tripId }) => new FreeRoom({ tripId }),
      }),
    ]),
    step({ name: 'charge', invoke: ({ tripId }) => new Charge({ tripId }), pivot: true }),
  ],
});

const scripted = sagaUnderTest(journey).answering(TakeSeat, { seat: '7A' });
const trip = { tripId: 'lisbon' };

it('has what both answered', async () => {
  const { status, state, timeline } = await scripted.answering(TakeRoom, { room: '12' }).run(trip);
  expect({ status, state }).toEqual({ status: 'completed', state: { ...trip, seat: '7A', room: '12' } });
  expect(timeline).toEqual(['begun', 'take-seat done, take-room done', 'charge done']);
});

it('frees the seat when there is no room', async () => {
  const { status, compensations } = await scripted.answering(TakeRoom, new NoRoom({})).run(trip);
  expect(status).toBe('compensated');
  expect(compensations.map(({ name }) => name)).toEqual(['seats.free-seat']);
});

it('asks for the room alone as long as only its answer is open', async () => {
  const absent = new NotDeliveredError('nobody there');
  const { status, sent } = await scripted.answering(TakeRoom, absent, { room: '12' }).run(trip);
  expect(status).toBe('completed');
  expect(sent.map(({ name }) => name)).toEqual([
    'seats.take-seat',
    'rooms.take-room',
    'rooms.take-room',
    'bank.charge',
  ]);
  expect((await scripted.answering(TakeRoom, absent).run(trip)).status).toBe('running');
});
