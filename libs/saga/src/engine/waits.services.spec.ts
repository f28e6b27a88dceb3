import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dispatchOptionsOf, runAs } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { createServerDatabase } from '@isolith/postgres/testing';
import type { Command } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Execute, Step } from '../definition/step.js';
import { SagaOperations } from '../operations/saga-operations.js';
import { inspection, Inspected, pause, waitingSaga } from '../spec-support/waiting-sagas.js';
import { WaitingReplica } from '../spec-support/waiting-replica.js';
import type { WorkState } from '../spec-support/work-saga.js';
import { SagaSignals } from '../store/saga-signals.js';

const TIMERS = 10_000;
const SAGAS = 200;
const HOUR = 3_600_000;
const DUE_IN_MS = 3_000;

const began = z.object({ began: z.string() });
const counted = z.object({ count: z.int() });
let place: Awaited<ReturnType<typeof createServerDatabase>>;
let replicas: WaitingReplica[] = [];
/** By id: how often each command was received. */
let received = new Map<string, number>();
let lastAt = 0;
const logged: object[] = [];

const execute: Execute = async <R>(command: Command<R>): Promise<R> => {
  const id = dispatchOptionsOf(command).id ?? '';
  received.set(id, (received.get(id) ?? 0) + 1);
  lastAt = performance.now();
  // What the command of these sagas replies.
  return { token: 'done' } as R;
};

beforeEach(async () => {
  place = await createServerDatabase();
  received = new Map();
  logged.length = 0;
});
afterEach(async () => {
  await Promise.all(replicas.splice(0).map((replica) => replica.close()));
  await place.drop();
});

async function open(...of: Parameters<typeof waitingSaga>): Promise<readonly [WaitingReplica, WaitingReplica]> {
  const declared = waitingSaga(...of);
  // One after the other: the first makes the tables.
  const one = await WaitingReplica.open(place.url, declared, execute, (entry) => void logged.push(entry));
  const other = await WaitingReplica.open(place.url, declared, execute, (entry) => void logged.push(entry));
  replicas = [one, other];
  return [one, other];
}

const countOf = async ({ database }: WaitingReplica, status: string): Promise<number> =>
  (await database.query(counted, 'SELECT count(*)::int AS count FROM orders.saga WHERE status = $1', [status]))[0]
    ?.count ?? 0;

describe('ten thousand timers that are due in the same second', () => {
  it('fire once each, on two replicas', async () => {
    const [one, other] = await open('orders.timers', [pause(HOUR), 'b!']);
    const wait = { event: null, key: null, reminders: 0, nextReminderMs: null, isReminding: false };
    await runAs('orders', () =>
      one.unit.run(() =>
        one.unit.execute(
          `INSERT INTO orders.saga (name, id, version, state, step, principal, correlation_id, wait, waiting_since, wait_until, due_at)
           SELECT 'orders.timers', 't' || n, 1, jsonb_build_object('saga', 't' || n, 'tokens', '[]'::jsonb), 'pause', '{"service":"orders","roles":[]}', 'c',
             $1::jsonb, now(), now() + $3::float8 * interval '1 ms', now() + $3::float8 * interval '1 ms' FROM generate_series(1, $2::int) AS n`,
          [JSON.stringify(wait), TIMERS, DUE_IN_MS],
        ),
      ),
    );
    const dueAt = performance.now() + DUE_IN_MS;
    const used = process.cpuUsage();
    await Promise.all([one.engine.start(), other.engine.start()]);
    await until(async () => (await countOf(one, 'completed')) === TIMERS);
    expect(received.size).toBe(TIMERS);
    expect([...received.values()].every((times) => times === 1)).toBe(true);
    expect(logged).toEqual([]);
    const { user, system } = process.cpuUsage(used);
    process.stdout.write(
      `${TIMERS} timers, 2 replicas: the last command was sent ${Math.round(lastAt - dueAt)} ms after they were due, with ${Math.round((user + system) / 1_000)} ms of the processor\n`,
    );
  });
});

describe('an event that comes while its saga is about to wait for it', () => {
  it('is found, or makes the saga go on, whichever replica takes which', async () => {
    const [one, other] = await open('orders.races', ['a', inspection(), 'b!']);
    await Promise.all([one.engine.start(), other.engine.start()]);
    const arrives = async (id: string, nth: number): Promise<void> => {
      // From well before the begin to well after the step.
      for (let turns = 0; turns < nth % 40; turns += 1) await one.database.query(counted, 'SELECT 1 AS count');
      await (nth % 2 === 0 ? one : other).arrives(new Inspected({ saga: id, token: 'seal' }), `event of ${id}`);
    };
    for (let from = 0; from < SAGAS; from += 20) {
      const ids = Array.from({ length: 20 }, (_, nth) => `race ${from + nth}`);
      await Promise.all(ids.flatMap((id, nth) => [one.begin(id), arrives(id, from + nth)]));
    }
    // Nobody looks at the table but who is woken.
    await until(async () => (await countOf(one, 'completed')) === SAGAS);
    expect([...received.values()].filter((times) => times !== 1)).toEqual([]);
    expect(received.size).toBe(2 * SAGAS);
  });
});

describe('an event that comes while somebody has locked the saga that waits for it', () => {
  const event = (saga: string) => new Inspected({ saga, token: 'seal' });
  const rowsOf = async ({ database }: WaitingReplica, where: string): Promise<number> =>
    (await database.query(counted, `SELECT count(*)::int AS count FROM ${where}`))[0]?.count ?? 0;
  const kept = (replica: WaitingReplica): Promise<number> => rowsOf(replica, 'orders.saga_signal');
  const blockedSessions = `pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`;

  /** One that rests in its first wait. */
  async function resting(
    id: string,
    ...more: readonly Step<WorkState>[]
  ): Promise<readonly [WaitingReplica, WaitingReplica]> {
    const [one, other] = await open('orders.locked', ['a', inspection(), ...more, 'b!']);
    await one.engine.start();
    await one.begin(id);
    await until(async () => (await rowsOf(one, 'orders.saga WHERE wait IS NOT NULL AND holder IS NULL')) === 1);
    return [one, other];
  }

  /** A unit that is open until it is told to end, after some work that has locked something. */
  function opened({ unit }: WaitingReplica, work: () => Promise<unknown>) {
    const [worked, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const over = runAs('orders', () =>
      unit.run(async () => {
        await work();
        worked.resolve();
        await told.promise;
      }),
    );
    over.catch(worked.reject);
    return {
      worked: worked.promise,
      commit: async (): Promise<void> => {
        told.resolve();
        await over;
      },
      rollBack: async (): Promise<void> => {
        told.reject(new Error('refused'));
        await expect(over).rejects.toThrow('refused');
      },
    };
  }
  const lockRow = ({ unit }: WaitingReplica) => unit.query(counted, `SELECT 1 AS count FROM orders.saga FOR UPDATE`);

  /** Comes, and waits for the lock. Resolves then; `arrived` when it is over. */
  async function blocked(replica: WaitingReplica, id: string): Promise<{ readonly arrived: Promise<void> }> {
    let isOver = false;
    const arrived = replica.arrives(event(id), 'event').finally(() => {
      isOver = true;
    });
    arrived.catch(() => undefined);
    await until(async () => isOver || (await rowsOf(replica, blockedSessions)) === 1);
    return { arrived };
  }

  it('makes the saga go on, though that unit changes nothing', async () => {
    const [one] = await resting('locked');
    const operator = opened(one, () => lockRow(one));
    await operator.worked;
    const { arrived } = await blocked(one, 'locked');
    await operator.rollBack();
    await arrived;
    await until(async () => (await countOf(one, 'completed')) === 1);
  });

  it('is kept for the next step that waits for it when an operator has skipped this one', async () => {
    const [one] = await resting('skipped', inspection({ name: 'again' }));
    const log = { error: (entry: object) => void logged.push(entry) };
    const operations = new SagaOperations('orders', one.unit, one.engine, log);
    const operator = opened(one, () =>
      operations.skip('orders.locked', 'skipped', { operator: 'user ann', reason: 'seen by hand' }),
    );
    await operator.worked;
    const { arrived } = await blocked(one, 'skipped');
    await operator.commit();
    await arrived;
    await until(async () => (await countOf(one, 'completed')) === 1);
    const entries = await one.database.query(
      z.object({ what: z.string() }),
      'SELECT what FROM orders.saga_transition ORDER BY seq',
    );
    expect(entries.map(({ what }) => what)).toEqual([
      'begun',
      'a done',
      'inspection waits for work.inspected',
      'skipped inspection',
      'again done',
      'b done',
    ]);
    expect([...received.values()]).toEqual([1, 1]);
    expect(logged).toEqual([]);
  });

  it('is not kept when the database gives up the wait for the lock, and comes again by itself', async () => {
    const [one] = await resting('given up');
    const operator = opened(one, () => lockRow(one));
    await operator.worked;
    const { arrived } = await blocked(one, 'given up');
    const since = async (): Promise<string | undefined> =>
      (await one.database.query(began, `SELECT xact_start::text AS began FROM ${blockedSessions}`))[0]?.began;
    const first = await since();
    // As when its time is over: statement_timeout ends it with this very code.
    const cancel = `SELECT count(pg_cancel_backend(pid))::int AS count FROM ${blockedSessions}`;
    expect(await one.database.query(counted, cancel)).toEqual([{ count: 1 }]);
    await until(async () => ![undefined, first].includes(await since()));
    expect([await kept(one), await countOf(one, 'running')]).toEqual([0, 1]);
    await operator.rollBack();
    await arrived;
    await until(async () => (await countOf(one, 'completed')) === 1);
    expect([...received.values()]).toEqual([1, 1]);
  });

  it('that the database ends, because each waits for the other, comes again by itself', async () => {
    const [one, other] = await resting('crossed');
    const hearing = { contract: 'work.inspected', key: 'crossed', heard: [] };
    const signals = new SagaSignals('orders', other.unit);
    const first = opened(other, () => signals.look(hearing));
    await first.worked;
    const { arrived } = await blocked(one, 'crossed');
    // It has the row and waits for the key behind the event, which will have the key and wait for the row.
    const crossing = opened(other, async () => {
      await other.unit.execute(`SET LOCAL deadlock_timeout = '1h'`);
      await lockRow(other);
      await signals.look(hearing);
    });
    await until(async () => (await rowsOf(one, blockedSessions)) === 2);
    await first.commit();
    // The event is what the database has ended, or this could not have gone on.
    await crossing.worked;
    expect(await kept(one)).toBe(0);
    await crossing.rollBack();
    await arrived;
    await until(async () => (await countOf(one, 'completed')) === 1);
    expect([...received.values()]).toEqual([1, 1]);
  });
});
