import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SingleStatements, leaseTerms } from '@isolith/journal/internal';
import { z } from 'zod';
import { endedDaysOf, endedDaysViolations } from './ended-days.js';
import { SagaNotFound } from '../engine/saga-failures.js';
import type { SagaRetentionParts } from './saga-retention.js';
import { SagaTable } from '../store/saga-table.js';
import { countOf, deleting, idsIn, sagasOf } from '../spec-support/old-sagas.js';
import { claimed, host, onwards } from '../spec-support/saving-host.js';
import { workSaga } from '../spec-support/work-saga.js';
import { Workshop } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

const checkout = workSaga('orders.checkout', ['a', 'b']);
let world: World;

withWorld((given) => (world = given));
beforeEach(() =>
  world.context.unit.run(() => world.context.unit.execute('TRUNCATE orders.saga, orders.saga_transition')),
);

describe('ended sagas', () => {
  it('are deleted with their timelines once they are old enough; the younger ones stay', async () => {
    for (const status of ['completed', 'compensated', 'taken-over'] as const) {
      await sagasOf(world, `old ${status}`, 1, status, { changed: 90.01 });
      await sagasOf(world, `young ${status}`, 1, status, { changed: 89.99 });
    }
    const young = ['young compensated-1', 'young completed-1', 'young taken-over-1'];
    expect(await deleting(world).sweep()).toBe(1);
    expect(await idsIn(world, 'saga')).toEqual(young);
    expect(await idsIn(world, 'saga_transition')).toEqual(young);
    expect(await countOf(world, 'saga_transition')).toBe(9);
  });

  it('are as old as their last change, whenever they began', async () => {
    await sagasOf(world, 'long', 1, 'completed', { begun: 200, changed: 10 });
    await sagasOf(world, 'long ago', 1, 'completed', { begun: 200, changed: 100 });
    await deleting(world).sweep();
    expect(await idsIn(world, 'saga')).toEqual(['long-1']);
  });

  it('go batch by batch, and what went is said once', async () => {
    await sagasOf(world, 'old', 25, 'completed', { changed: 100 });
    const { sweep, said } = deleting(world, { batch: 10 });
    expect(await sweep()).toBe(3);
    expect(await countOf(world, 'saga_transition')).toBe(0);
    await sweep();
    expect(said).toEqual([
      { message: '25 sagas of orders that ended more than 90 days ago were deleted, with their timelines', count: 25 },
    ]);
  });

  it('are deleted by hosts at once without harm', async () => {
    await sagasOf(world, 'old', 200, 'completed', { changed: 100 });
    await sagasOf(world, 'young', 5, 'completed', { changed: 1 });
    const hosts = [1, 2, 3].map(() => deleting(world, { batch: 10 }));
    await Promise.all(hosts.map(({ sweep }) => sweep()));
    // What one passed over another may not have deleted yet when it looked for the last time.
    await hosts[0]?.sweep();
    expect(await countOf(world, 'saga')).toBe(5);
    expect(await countOf(world, 'saga_transition')).toBe(15);
  });

  it('are found when their time is over, though a sweep before has failed', async () => {
    await sagasOf(world, 'old', 3, 'completed', { changed: 100 });
    const single = new SingleStatements(world.context.journal);
    let fails = true;
    const statements: SagaRetentionParts['statements'] = {
      run: async (row, statement, values) => {
        if (fails) throw new Error('the database is away');
        return single.run(row, statement, values);
      },
    };
    const { sweep, said } = deleting(world, { statements });
    await expect(sweep()).rejects.toThrow('the database is away');
    fails = false;
    await sweep();
    expect(await countOf(world, 'saga')).toBe(0);
    expect(said).toMatchObject([{ count: 3 }]);
  });

  it('are not found any more by whoever waits for them, and may begin anew', async () => {
    const workshop = await new Workshop().open();
    const engine = world.engine([checkout], workshop.execute);
    await engine.start();
    const sagas = world.sagas(engine);
    await world.begin(engine, checkout, 'again');
    expect(await sagas.ended(checkout, 'again', AbortSignal.timeout(30_000))).toBe('completed');
    const { sweep } = deleting(world);
    await sweep();
    expect(await world.timeline('orders.checkout', 'again')).toEqual(['begun', 'a done', 'b done']);
    await world.set('again', `created_at = now() - interval '91 days', updated_at = now() - interval '91 days'`);
    await sweep();
    await expect(sagas.ended(checkout, 'again', AbortSignal.timeout(30_000))).rejects.toThrow(SagaNotFound);
    await world.begin(engine, checkout, 'again');
    expect(await sagas.ended(checkout, 'again', AbortSignal.timeout(30_000))).toBe('completed');
    expect(await world.timeline('orders.checkout', 'again')).toEqual(['begun', 'a done', 'b done']);
  });
});

it.each(['running', 'compensating', 'needs-attention'] as const)(
  'sagas that are %s stay, however old',
  async (status) => {
    await sagasOf(world, 'unfinished', 2, status, { changed: 1_000 });
    const { sweep, said } = deleting(world);
    expect(await sweep()).toBe(1);
    expect(await countOf(world, 'saga')).toBe(2);
    expect(await countOf(world, 'saga_transition')).toBe(6);
    expect(said).toEqual([]);
  },
);

describe('the index', () => {
  /** How the statement of a sweep is run. */
  async function planned(): Promise<string> {
    const { unit } = world.context;
    let plan: readonly object[] = [];
    const statements: SagaRetentionParts['statements'] = {
      run: async (_row, { text }, values) => {
        plan = await unit.run(() => unit.query(z.object({ 'QUERY PLAN': z.string() }), `EXPLAIN ${text}`, values));
        return [];
      },
    };
    await deleting(world, { statements, batch: 10 }).sweep();
    return JSON.stringify(plan);
  }

  it('finds what is old among many that are not', async () => {
    await sagasOf(world, 'young', 3_000, 'completed', { changed: 1 });
    await sagasOf(world, 'unfinished', 3_000, 'needs-attention', { changed: 100 });
    await sagasOf(world, 'old', 10, 'completed', { changed: 100 });
    for (const table of ['saga', 'saga_transition'])
      await world.context.unit.run(() => world.context.unit.execute(`ANALYZE orders.${table}`));
    const plan = await planned();
    expect(plan).toContain('saga_ended');
    expect(plan).toContain('saga_transition_pkey');
    expect(plan).not.toContain('Seq Scan');
  });

  it('is not written by the saves of a saga on its way', async () => {
    const [row] = await claimed(world, host(world), 'on its way');
    if (row === undefined) throw new Error('one was claimed');
    const { unit } = world.context;
    const writes = (): Promise<{ all: number; hot: number }[]> =>
      unit.query(
        z.object({ all: z.coerce.number(), hot: z.coerce.number() }),
        `SELECT n_tup_upd AS all, n_tup_hot_upd AS hot FROM pg_stat_xact_user_tables WHERE schemaname = 'orders' AND relname = 'saga'`,
      );
    await unit.run(async () => {
      // A session tells its own counts at once, others' later.
      const inUnit = AsyncLocalStorage.snapshot();
      const statements: SagaRetentionParts['statements'] = {
        run: (schema, { text }, values) => inUnit(() => unit.query(schema, text, values)),
      };
      const [before] = await writes();
      await new SagaTable('orders', unit, statements, leaseTerms()).save(row, onwards(row), 1, true);
      expect(await writes()).toEqual([{ all: (before?.all ?? 0) + 1, hot: (before?.hot ?? 0) + 1 }]);
    });
  });
});

describe('the days', () => {
  it('are 90, or those of the inbox when these are more, unless they are set', () => {
    expect([endedDaysOf(undefined, 30), endedDaysOf(undefined, 120), endedDaysOf(45, 30)]).toEqual([90, 120, 45]);
  });

  it.each([
    [30, 30],
    [45, 30],
    [36_500, 1],
  ])('may be %d with an inbox of %d', (set, inboxDays) => {
    expect(endedDaysViolations(set, inboxDays)).toEqual([]);
  });

  it.each([0, -1, 29, 30.5, 36_501, Number.NaN, Number.POSITIVE_INFINITY])('are no %d with an inbox of 30', (set) => {
    expect(endedDaysViolations(set, 30)).toEqual([
      `endedDays must be a whole number of days from 30 (the context's retention.inboxDays) to 36500, not ${set}`,
    ]);
  });
});
