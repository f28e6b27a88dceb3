import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OverloadedError } from '@isolith/contracts';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { contextJournal, ContextDatabase } from '../index.js';
import { createServerDatabase } from '@isolith/postgres/testing';
import { holdingConnection } from '@isolith/postgres/internal';
import { Databases, type DatabasesOptions } from '@isolith/postgres';

class CreateNotes1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE notes (id int PRIMARY KEY)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notes');
  }
}
const spec = (context: string) => ({ context, entities: [], migrations: [CreateNotes1700000000000] });
const POOL = 3;

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let opened: Databases[] = [];
const open = (options: Partial<DatabasesOptions> = {}): Databases => {
  const databases = new Databases({
    targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: POOL }),
    ...options,
  });
  opened.push(databases);
  return databases;
};
const pids = z.array(z.object({ pid: z.number() }));
const pidOf = async (source: DataSource): Promise<number> =>
  z.tuple([z.object({ pid: z.number() })]).parse(await source.query('SELECT pg_backend_pid() AS pid'))[0].pid;
const kill = (source: DataSource, pid: number) => source.query('SELECT pg_terminate_backend($1)', [pid]);

beforeAll(async () => {
  place = await createServerDatabase();
});
afterEach(async () => {
  await Promise.all(opened.map((databases) => databases.close()));
  opened = [];
});
afterAll(() => place.drop());

/** Holds every connection of the pool at once; each holder asks `question` first. */
async function onAllConnections<T>(source: DataSource, question: string): Promise<T[]> {
  const runners = Array.from({ length: POOL }, () => source.createQueryRunner());
  const answers = await Promise.all(runners.map((runner) => runner.query(question)));
  await Promise.all(runners.map((runner) => runner.release()));
  return answers.flat();
}

describe('the connections of a process', () => {
  it('are one pool for all contexts of one URL, each with its timeouts, also after migrations', async () => {
    const databases = open();
    const sources = await Promise.all(
      ['orders', 'payments', 'users', 'products'].map((context) => databases.open(spec(context))),
    );
    const [first] = sources;
    if (first === undefined) throw new Error('four were opened');
    const settings = await onAllConnections<{ name: string; setting: string; pid: number }>(
      first,
      `SELECT name, setting, pg_backend_pid() AS pid FROM pg_settings
       WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name', 'search_path') ORDER BY name`,
    );
    expect(new Set(settings.map(({ pid }) => pid)).size).toBe(POOL);
    for (let at = 0; at < settings.length; at += 5) {
      expect(settings.slice(at, at + 5).map(({ name, setting }) => `${name}=${setting}`)).toEqual([
        'application_name=isolith',
        'idle_in_transaction_session_timeout=10000',
        'lock_timeout=10000',
        'search_path=public',
        'statement_timeout=30000',
      ]);
    }
    await Promise.all(
      Array.from({ length: 40 }, async (_, at) => sources[at % sources.length]?.query('SELECT pg_sleep(0.01)::text')),
    );
    expect(
      pids.parse(
        await first.query(
          `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'isolith'`,
        ),
      ).length,
    ).toBeLessThanOrEqual(POOL);
  });

  it('hold no advisory lock after migrations', async () => {
    const source = await open().open(spec('orders'));
    await expect(
      source.query(
        `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      ),
    ).resolves.toEqual([{ n: 0 }]);
  });

  it('go to another database for a context that has its own URL', async () => {
    const other = await createServerDatabase();
    try {
      const databases = open({
        targetOf: (context) => ({
          kind: 'postgres',
          url: context === 'payments' ? other.url : place.url,
          poolSize: POOL,
        }),
      });
      const [orders, payments] = await Promise.all([databases.open(spec('orders')), databases.open(spec('payments'))]);
      await payments.query('INSERT INTO payments.notes VALUES (1)');
      const schemas = (source: DataSource) =>
        source.query(`SELECT nspname AS name FROM pg_namespace WHERE nspname = 'payments'`);
      expect([
        await orders.query('SELECT current_database() AS name'),
        await payments.query('SELECT current_database() AS name'),
      ]).toEqual([[{ name: new URL(place.url).pathname.slice(1) }], [{ name: new URL(other.url).pathname.slice(1) }]]);
      expect(await schemas(payments)).toHaveLength(1);
      expect(await databases.health()).toEqual([
        { context: 'orders', ok: true },
        { context: 'payments', ok: true },
      ]);
      await databases.close();
    } finally {
      await other.drop();
    }
  });

  it('refuse another size for the pool that contexts share', async () => {
    const databases = open({
      targetOf: (context) => ({ kind: 'postgres', url: place.url, poolSize: context === 'orders' ? 3 : 4 }),
    });
    await databases.open(spec('orders'));
    await expect(databases.open(spec('payments'))).rejects.toThrow("Context 'payments' wants 4 connections");
  });
});

describe('the schema of a context', () => {
  it('has _ for -, in the tables, the record of migrations, and the statements of the journal', async () => {
    const source = await open().open(spec('late-orders'));
    const journal = contextJournal({ context: 'late-orders' }, async () => source);
    expect(journal.schema).toBe('late_orders');
    expect(
      await new ContextDatabase(journal).query(
        z.object({ name: z.string() }),
        'SELECT name FROM late_orders.migrations',
      ),
    ).toEqual([{ name: 'CreateNotes1700000000000' }]);
    await expect(source.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'late%'`)).resolves.toEqual([
      { nspname: 'late_orders' },
    ]);
  });

  it('is that of one context only', async () => {
    const databases = open();
    await databases.open(spec('late-orders'));
    await expect(databases.open(spec('late_orders'))).rejects.toThrow(
      "Contexts 'late-orders' and 'late_orders' would share the schema late_orders",
    );
  });
});

describe('a pool with nothing left', () => {
  it('lets callers wait for a bounded time, then tells them that nothing was run, and recovers', async () => {
    const source = await open({ waitMs: 100 }).open(spec('orders'));
    const runners = Array.from({ length: POOL }, () => source.createQueryRunner());
    await Promise.all(runners.map((runner) => runner.query('SELECT 1')));
    const refused: unknown = await source.query('SELECT 1').then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(OverloadedError);
    expect(refused).toMatchObject({
      code: 'overloaded',
      status: 503,
      retryable: true,
      message: expect.stringContaining(`all ${POOL} connections of this process stayed in use for 100 ms`),
    });
    const waiting = source.query('SELECT 2 AS two');
    await runners[0]?.release();
    await expect(waiting).resolves.toEqual([{ two: 2 }]);
    await Promise.all(runners.map((runner) => runner.release()));
  });
});

describe('a connection', () => {
  it('that is lost, idle or in use, is replaced, and somebody is told', async () => {
    const told = Promise.withResolvers<string>();
    const databases = open({ onProgress: told.resolve });
    const source = await databases.open(spec('orders'));
    const other = await open().open(spec('orders'));
    await kill(other, await pidOf(source));
    expect(await told.promise).toContain('a connection to PostgreSQL was lost');
    const inUse = source.transaction(async (manager) => {
      const [mine] = pids.parse(await manager.query('SELECT pg_backend_pid() AS pid'));
      await kill(other, mine?.pid ?? 0);
      await manager.query('INSERT INTO orders.notes VALUES (1)');
    });
    await expect(inUse).rejects.toThrow();
    await expect(source.query('SELECT * FROM orders.notes')).resolves.toEqual([]);
    expect(await databases.health()).toEqual([{ context: 'orders', ok: true }]);
  });

  it('goes back without what its holder left open, and is not given twice to one stretch of work', async () => {
    const source = await open().open(spec('orders'));
    const careless = source.createQueryRunner();
    await careless.startTransaction();
    await careless.query('INSERT INTO orders.notes VALUES (2)');
    await careless.release();
    await expect(source.query('SELECT * FROM orders.notes')).resolves.toEqual([]);
    const nested = holdingConnection('orders', () => source.transaction(() => source.query('SELECT 1')));
    await expect(nested).rejects.toMatchObject({ name: 'NestedCheckoutError' });
  });
});
