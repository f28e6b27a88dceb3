import { leaseTerms } from '@isolith/journal/internal';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { saga, type Saga } from '../definition/saga.js';
import { step } from '../definition/step.js';
import type { SagaEngine } from '../engine/saga-engine.js';
import { SagaWatch } from './saga-watch.js';
import { DoWork, type Workshop } from '../spec-support/workshop.js';
import { workSaga, WorkState } from '../spec-support/work-saga.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

let world: World;
let workshop: Workshop;
let engine: SagaEngine;
withWorld((...given) => ([world, workshop] = given));
afterEach(async () => {
  await engine.drain(AbortSignal.timeout(1_000));
  await world.context.unit.run(() => world.context.unit.execute('TRUNCATE orders.saga CASCADE'));
});

/** What a host that declares these sees, while `engine` moves what it can. */
function watch(declared: readonly Saga<WorkState>[], moves: readonly Saga<WorkState>[] = declared): SagaWatch {
  engine = world.engine(moves, workshop.execute);
  return new SagaWatch({
    schema: 'orders',
    context: 'orders',
    database: world.context.database,
    terms: leaseTerms(),
    plans: () => declared.map(({ plan }) => plan),
    held: engine.held,
  });
}

const WATCHED = workSaga('orders.watched', ['a', 'b']);

describe('the sagas of a context', () => {
  it('wait for nobody while they rest until they are due, are held by another host, or have ended', async () => {
    const sagas = watch([WATCHED]);
    await world.beginTogether(engine, WATCHED, ['rests', 'held', 'ends']);
    await world.set('rests', `due_at = now() + interval '1 hour'`);
    await world.set('held', `holder = 'another', leased_until = now() + interval '1 hour'`);
    await world.set('ends', `status = 'completed'`);
    expect(await sagas.look()).toEqual([]);
  });

  it('that are due and that nobody moves wait since they were due, or since their lease was over', async () => {
    const sagas = watch([WATCHED]);
    await world.beginTogether(engine, WATCHED, ['due', 'left']);
    await world.set('due', `due_at = now() - interval '20 s'`);
    await world.set(
      'left',
      `due_at = now() - interval '1 day', holder = 'dead', leased_until = now() - interval '30 s'`,
    );
    expect(sagas.everyMs).toBe(4_000);
    const [found, ...more] = await sagas.look();
    expect(sagas.everyMs).toBe(1_000);
    expect([found, more]).toMatchObject([
      {
        kind: 'saga',
        name: 'orders.watched',
        token: 'left',
        reason: '2 are due and no host moves them',
        backlog: { count: 2 },
      },
      [],
    ]);
    expect(found?.waitedMs).toBeGreaterThan(29_000);
    expect(found?.waitedMs).toBeLessThan(60_000);
    await engine.start();
    await until(async () => (await sagas.look()).length === 0);
    expect(await world.ended('left')).toBe('completed');
  });

  it('of a newer version, or of a name that nobody here declares, are named as such', async () => {
    const other = workSaga('orders.unknown', ['a']);
    const sagas = watch([WATCHED], [WATCHED, other]);
    await world.begin(engine, WATCHED, 'newer');
    await world.begin(engine, other, 'unknown');
    await world.set('newer', 'version = 9');
    expect((await sagas.look()).toSorted((a, b) => a.name.localeCompare(b.name))).toMatchObject([
      { kind: 'saga', name: 'orders.unknown', reason: expect.stringContaining('declares no saga of that name') },
      { kind: 'saga', name: 'orders.watched (newer)', reason: expect.stringContaining('no host with that version') },
    ]);
  });

  it('that need a person are counted', async () => {
    const sagas = watch([WATCHED]);
    await world.beginTogether(engine, WATCHED, ['one', 'other']);
    await world.set('one', `status = 'needs-attention'`);
    await world.set('other', `status = 'needs-attention', updated_at = now() - interval '1 hour'`);
    const [found] = await sagas.look();
    expect(found).toMatchObject({
      kind: 'attention',
      name: 'orders.watched',
      reason: expect.stringContaining('2 need a person'),
      lookAt: '/actuator/sagas?context=orders&name=orders.watched&status=needs-attention',
    });
    expect(found?.waitedMs).toBeGreaterThan(3_500_000);
  });
});

describe('a step that does not end', () => {
  it('is what its host waits for, until it ends', async () => {
    const gate = Promise.withResolvers<void>();
    workshop.gate = ({ what }) => (what === 'do b' ? gate.promise : Promise.resolve());
    const sagas = watch([WATCHED]);
    await engine.start();
    await world.begin(engine, WATCHED, 'stuck');
    await until(async () => (await sagas.look())[0]?.reason.startsWith('step b ') === true);
    expect(await sagas.look()).toMatchObject([
      { kind: 'saga', name: 'orders.watched (moving)', boundMs: 12_000, waitedMs: expect.any(Number) },
    ]);
    gate.resolve();
    await until(async () => (await sagas.look()).length === 0);
  });

  it('may take as long as any definition lets it that a saga here may follow', async () => {
    const slow = step({
      name: 'slow',
      timeoutMs: 60_000,
      retriable: true,
      invoke: ({ saga: id }: WorkState) => new DoWork({ saga: id, step: 'slow' }),
    });
    const former = saga({ name: 'orders.watched', state: WorkState, steps: () => [slow] });
    const gate = Promise.withResolvers<void>();
    workshop.gate = () => gate.promise;
    const sagas = watch([workSaga('orders.watched', ['a'], 2, { former: [former] })]);
    await world.begin(world.engine([former], workshop.execute), former, 'slow');
    await engine.start();
    await until(async () => (await sagas.look())[0]?.reason.startsWith('step slow ') === true);
    expect(await sagas.look()).toMatchObject([{ name: 'orders.watched (moving)', boundMs: 62_000 }]);
    gate.resolve();
    await until(async () => (await sagas.look()).length === 0);
  });
});
