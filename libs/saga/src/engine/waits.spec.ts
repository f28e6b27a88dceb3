import { leaseTerms } from '@isolith/journal/internal';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { derivedId } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { SagaWatch } from '../operations/saga-watch.js';
import type { Saga } from '../definition/saga.js';
import { step } from '../definition/step.js';
import { asking, inspection, Inspected, pause, waitingSaga } from '../spec-support/waiting-sagas.js';
import type { WorkState } from '../spec-support/work-saga.js';
import type { Workshop } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';
import type { SagaEngine } from './saga-engine.js';

const HOUR = 3_600_000;
const ann = { operator: 'ann', reason: 'known to be so' };
const paused = waitingSaga('orders.paused', ['a', pause(HOUR), 'b!']);
const inspected = waitingSaga('orders.inspected', [
  'a',
  inspection(),
  'b!',
  inspection({ name: 'again', otherwise: 'go-on' }),
]);
const reminded = waitingSaga('orders.reminded', ['a', inspection({ remind: asking(HOUR / 4, 2) }), 'b!']);
const all: readonly Saga<WorkState>[] = [paused, inspected, reminded];

let world: World;
let workshop: Workshop;
let engine: SagaEngine;
let begun = 0;
let id = '';

withWorld((...given) => ([world, workshop] = given));
beforeEach(async () => {
  engine = world.engine(all, workshop.execute);
  await engine.start();
  id = `waiting ${(begun += 1)}`;
});
afterEach(() => engine.drain(AbortSignal.timeout(5_000)));

const seal = (token = 'seal'): Inspected => new Inspected({ saga: id, token });
const waits = async (declared: Saga<WorkState>) => {
  await world.reached(id, ({ step }) => step === 'pause' || step === 'inspection');
  let found = await world.overview.find(declared.plan.name, id);
  while (found?.waitsFor === undefined || found.holder !== undefined)
    found = await world.overview.find(declared.plan.name, id);
  return found;
};
/** What would take the database's clock an hour. */
const timePasses = (): Promise<void> =>
  world.set(id, `due_at = now() - interval '1 ms', wait_until = now() - interval '1 ms'`);

describe('a wait for a time', () => {
  it('rests in the table until the clock of the database says so, holds no slot, and fires once', async () => {
    await world.begin(engine, paused, id);
    const resting = await waits(paused);
    expect(resting).toMatchObject({ status: 'running', step: 'pause', waitsFor: { reminders: 0 } });
    expect((resting.waitUntil?.getTime() ?? 0) - (resting.waitingSince?.getTime() ?? 0)).toBe(HOUR);
    expect(resting.dueAt).toEqual(resting.waitUntil);
    expect([engine.held.size, workshop.done()]).toEqual([0, ['do a']]);
    await timePasses();
    const other = world.engine(all, workshop.execute);
    await other.start();
    engine.wake();
    expect(await world.ended(id)).toBe('completed');
    expect(workshop.done()).toEqual(['do a', 'do b']);
    expect(await world.timeline('orders.paused', id)).toEqual([
      'begun',
      'a done',
      'pause waits',
      'pause done',
      'b done',
    ]);
    expect((await world.overview.find('orders.paused', id))?.waitsFor).toBeUndefined();
    await other.drain(AbortSignal.timeout(5_000));
  });

  it('is over by itself after its milliseconds', async () => {
    const short = waitingSaga('orders.short', [pause(30), 'b!']);
    engine.declare([short.plan]);
    await world.begin(engine, short, id);
    expect(await world.ended(id)).toBe('completed');
  });

  it.each([
    ['-Infinity', { for: () => -Infinity }],
    ['the last moment of all', { until: () => new Date(8.64e15) }],
  ])('that is no time (%s) holds up its own saga and no other', async (what, time) => {
    const wrong = waitingSaga('orders.wrong', ['a', step.wait<WorkState>({ name: 'w', ...time })]);
    engine.declare([wrong.plan]);
    await world.begin(engine, wrong, `${id} ${what}`);
    await world.reached(`${id} ${what}`, ({ trouble }) => trouble?.type === 'saga-error');
    await world.begin(engine, paused, id);
    expect(await waits(paused)).toMatchObject({ status: 'running', step: 'pause' });
    await world.set(`${id} ${what}`, `status = 'completed'`);
  });

  it('is skipped by an operator, and nobody is told that it is stuck', async () => {
    await world.begin(engine, paused, id);
    await waits(paused);
    const { database } = world.context;
    const parts = { context: 'orders', schema: 'orders', database, terms: leaseTerms(), held: engine.held };
    expect(await new SagaWatch({ ...parts, plans: () => engine.declared() }).look()).toEqual([]);
    const operations = world.operations(engine);
    await operations.retry('orders.paused', id, ann);
    // Its host has looked at it, and it rests again.
    let rests = await waits(paused);
    while (Number(rests.dueAt) - Number(rests.waitingSince) < HOUR / 2) rests = await waits(paused);
    expect(rests).toMatchObject({ status: 'running', step: 'pause' });
    await operations.skip('orders.paused', id, ann);
    expect(await world.ended(id)).toBe('completed');
    expect(await world.timeline('orders.paused', id)).toContain('skipped pause');
  });
});

describe('an operator who turns a saga back that waits', () => {
  it('has undone what was done before the wait, and nothing for the wait', async () => {
    await world.begin(engine, inspected, id);
    await waits(inspected);
    await world.operations(engine).compensate('orders.inspected', id, ann);
    expect(await world.ended(id)).toBe('compensated');
    expect(workshop.done()).toEqual(['do a', 'undo a', 'tell-failed']);
    expect(await world.row('orders.inspected', id)).toMatchObject({ wait: null, cause: { type: 'turned-back' } });
  });

  it('is refused behind the pivot', async () => {
    await world.arrives(engine, seal(), `${id} e1`);
    await world.begin(engine, inspected, id);
    await world.reached(id, ({ step }) => step === 'again');
    await expect(world.operations(engine).compensate('orders.inspected', id, ann)).rejects.toThrow(
      'again is due, behind the pivot',
    );
  });
});

describe('a wait for an event', () => {
  it('is done by one that comes, and at once', async () => {
    await world.begin(engine, inspected, id);
    expect(await waits(inspected)).toMatchObject({ waitsFor: { event: 'work.inspected', key: id, reminders: 0 } });
    await world.arrives(engine, seal(), `${id} e1`);
    await world.reached(id, ({ step }) => step === 'again');
    expect(await world.row('orders.inspected', id)).toMatchObject({ heard: [`${id} e1`], done: ['a', 'b'] });
    expect((await world.row('orders.inspected', id)).state).toMatchObject({ tokens: ['token 0', 'seal', 'token 1'] });
  });

  it('is done by one that came before the saga was there, and of several by the oldest, each once', async () => {
    await world.arrives(engine, seal('first'), `${id} e1`);
    // Handed over once more.
    await world.arrives(engine, seal('first'), `${id} e1`);
    await world.begin(engine, inspected, id);
    await world.reached(id, ({ step }) => step === 'again');
    const resting = await world.row('orders.inspected', id);
    expect(resting).toMatchObject({ status: 'running', heard: [`${id} e1`] });
    await world.arrives(engine, seal('second'), `${id} e2`);
    expect(await world.ended(id)).toBe('completed');
    expect(await world.row('orders.inspected', id)).toMatchObject({
      heard: [`${id} e1`, `${id} e2`],
      state: { tokens: ['token 0', 'first', 'token 1', 'second'] },
    });
  });

  it('is not done by an event of another key', async () => {
    await world.begin(engine, inspected, id);
    await waits(inspected);
    await world.arrives(engine, new Inspected({ saga: `${id}0`, token: 'no' }), `${id} other`);
    engine.wake();
    expect(await waits(inspected)).toMatchObject({ status: 'running', step: 'inspection' });
    expect((await world.overview.find('orders.inspected', id))?.dueAt).toEqual(
      (await world.overview.find('orders.inspected', id))?.waitUntil,
    );
  });

  it('turns back in vain, and an operator skips it', async () => {
    await world.begin(engine, inspected, id);
    await waits(inspected);
    await timePasses();
    engine.wake();
    expect(await world.ended(id)).toBe('compensated');
    expect(workshop.done()).toEqual(['do a', 'undo a', 'tell-failed']);
    id = `${id} skipped`;
    await world.begin(engine, inspected, id);
    await waits(inspected);
    expect(await world.operations(engine).skip('orders.inspected', id, ann)).toBe('running');
    await world.reached(id, ({ step }) => step === 'again');
  });

  it('reminds at each interval, each time under an id of its own, until its time is over', async () => {
    await world.begin(engine, reminded, id);
    await waits(reminded);
    for (const reminders of [1, 2]) {
      await world.set(id, `due_at = now(), waiting_since = waiting_since - interval '16 min'`);
      engine.wake();
      await until(async () => (await waits(reminded)).waitsFor?.reminders === reminders);
    }
    const { dueAt, waitUntil } = await waits(reminded);
    expect(Math.abs(dueAt.getTime() - (waitUntil?.getTime() ?? 0))).toBeLessThan(60_000);
    await timePasses();
    engine.wake();
    expect(await world.ended(id)).toBe('compensated');
    expect((await world.timeline('orders.reminded', id)).slice(2)).toEqual([
      'inspection waits for work.inspected',
      'inspection reminded (1)',
      'inspection reminded (2)',
      'inspection failed: waited-in-vain',
      'a compensated',
      'failure told',
    ]);
    const reminders = ['inspection.remind-1', 'inspection.remind-2', '.failed'];
    expect(workshop.received.filter(({ what }) => what === 'tell-failed').map((received) => received.id)).toEqual(
      reminders.map((what) => derivedId(`orders.reminded:${id}`, what)),
    );
  });

  it('keeps of one key the newest sixteen', async () => {
    for (let nth = 0; nth < 20; nth += 1) await world.arrives(engine, seal(`t${nth}`), `${id} e${nth}`);
    await world.begin(engine, inspected, id);
    expect(await world.ended(id)).toBe('completed');
    expect((await world.row('orders.inspected', id)).heard).toEqual([`${id} e4`, `${id} e5`]);
  });
});
