import { describe, expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { until } from '@isolith/message-bus/testing';
import { z } from 'zod';
import { saga } from '../definition/saga.js';
import { step } from '../definition/step.js';
import { arrive } from '../spec-support/arrive.js';
import { inspection, Inspected, waitingSaga } from '../spec-support/waiting-sagas.js';
import { withWorld } from '../spec-support/with-world.js';
import { WorkState } from '../spec-support/work-saga.js';
import type { Workshop } from '../spec-support/workshop.js';
import type { World } from '../spec-support/world.js';
import { sagaEventHandlers } from './saga-events.js';

let world: World;
let workshop: Workshop;
withWorld((...given) => ([world, workshop] = given));

class Sealed extends event('work.sealed', { input: z.object({ saga: z.string() }), key: 'saga' }) {}

const sealing = step.waitFor<WorkState, typeof Sealed>({
  name: 'sealing',
  event: Sealed,
  key: ({ saga: id }) => id,
  within: 3_600_000,
  otherwise: 'turn-back',
});

describe('the handlers of the events that sagas wait for', () => {
  it('are one for each event, however many steps, sagas and former definitions wait for it', () => {
    const { unit } = world.context;
    const parts = { unit, signals: { arrive: async () => false }, engine: { wake: () => undefined } };
    const former = waitingSaga('orders.hears', [inspection()]);
    const steps = () => [inspection(), inspection({ name: 'again' }), sealing];
    const hears = saga({ name: 'orders.hears', version: 2, former: [former], state: WorkState, steps });
    const plans = [hears.plan, waitingSaga('orders.also', [inspection(), 'b!']).plan];
    expect(sagaEventHandlers(plans, parts).map(({ event: { contract } }) => contract)).toEqual([
      Inspected.contract,
      Sealed.contract,
    ]);
  });

  it('wake the engine for an event that made a saga due, and for no other', async () => {
    const waits = waitingSaga('orders.woken', [inspection()]);
    const moves = world.engine([waits], workshop.execute);
    let woken = 0;
    const engine = { declared: () => moves.declared(), wake: () => void (woken += 1) };
    const arrives = (id: string): Promise<void> =>
      arrive(world.context.journal, engine, new Inspected({ saga: 'woken', token: 'seal' }), id);
    await moves.start();
    await arrives('early');
    await world.begin(moves, waits, 'woken');
    expect(await world.ended('woken')).toBe('completed');
    await arrives('late');
    expect(woken).toBe(0);
    const rests = waitingSaga('orders.rests', [inspection({ key: ({ saga: id }) => `of ${id}` })]);
    moves.declare([rests.plan]);
    await world.begin(moves, rests, 'rests');
    await until(async () => (await world.row('orders.rests', 'rests')).wait !== null);
    await arrive(world.context.journal, engine, new Inspected({ saga: 'of rests', token: 'seal' }), 'awaited');
    expect(woken).toBe(1);
  });
});
