import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createServerDatabase } from '@isolith/postgres/testing';
import { Client } from 'pg';
import { type CountsDatabase, countsDatabase } from './counts-database.js';
import { DatabaseCounter } from './database-counter.js';
import { SharedCounts } from './shared-counts.js';

const LIMIT = 200;
const WINDOW_MS = 60_000;
const AHEAD_MS = 15_000;

let server: Awaited<ReturnType<typeof createServerDatabase>>;
let open: CountsDatabase[];
const problems: string[] = [];

beforeEach(async () => {
  server = await createServerDatabase();
  open = [];
  problems.splice(0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(open.map((one) => one.close()));
  await server.drop();
});

async function database(): Promise<CountsDatabase> {
  const made = await countsDatabase(server.url, (line) => void problems.push(line));
  open.push(made);
  return made;
}

async function query(text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('the table that gateways count in (fault 21)', () => {
  it('is made once by as many as come at once, and loses no count', async () => {
    const gateways = await Promise.all(Array.from({ length: 4 }, database));
    const counted = await Promise.all(
      gateways.flatMap(({ add }) => Array.from({ length: 25 }, () => add('flood', 1, WINDOW_MS))),
    );
    expect(counted.map(({ points }) => points).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, n) => n + 1),
    );
    expect(problems).toEqual([]);
  });

  it('begins a window anew when it has ended, by the clock of the database', async () => {
    const { add } = await database();
    await add('a', 3, WINDOW_MS);
    await query("UPDATE isolith_edge.request_count SET ends_at = clock_timestamp() - interval '1 ms'");
    expect(await add('a', 2, WINDOW_MS)).toMatchObject({ points: 2 });
    const wrong = Date.now() + AHEAD_MS;
    jest.spyOn(Date, 'now').mockReturnValue(wrong);
    const { points, endsInMs } = await add('a', 1, WINDOW_MS);
    expect(points).toBe(3);
    expect(endsInMs).toBeLessThanOrEqual(WINDOW_MS);
    expect(endsInMs).toBeGreaterThan(0);
  });

  it('has one moment for one count: its window has ended or has not, whichever way the clock is asked', async () => {
    const { add } = await database();
    await add('a', 1, WINDOW_MS);
    // In this database every look at the clock is a second later than the one before.
    await query(`CREATE SEQUENCE public.looks;
      ALTER FUNCTION pg_catalog.clock_timestamp() RENAME TO real_clock_timestamp;
      CREATE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
        AS $$ SELECT timestamptz '2030-01-01' + nextval('public.looks') * interval '1 second' $$`);
    for (let end = 1; end <= 8; end += 1) {
      await query("SELECT setval('public.looks', 100)");
      await query(
        `UPDATE isolith_edge.request_count SET points = 10, ends_at = timestamptz '2030-01-01' + ${100 + end} * interval '1 second'`,
      );
      const { points, endsInMs } = await add('a', 1, WINDOW_MS);
      // Eleven in the window that was, or one in a new one.
      expect([end, points, endsInMs > WINDOW_MS / 2]).toEqual([end, points === 11 ? 11 : 1, points !== 11]);
    }
  });

  it('is made again where it is gone', async () => {
    const { add } = await database();
    await add('a', 1, WINDOW_MS);
    await query('DROP SCHEMA isolith_edge CASCADE');
    await expect(add('a', 1, WINDOW_MS)).rejects.toThrow();
    expect(await add('a', 1, WINDOW_MS)).toMatchObject({ points: 1 });
  });

  it('costs no disk and names nobody', async () => {
    const { add } = await database();
    const limiter = new DatabaseCounter({ limit: LIMIT, prefix: 'identity', add, onProblem: () => undefined });
    const counts = new SharedCounts({ limit: LIMIT, limiter, nameOf: (key) => `digest-${key.length}` });
    await Promise.all(Array.from({ length: 60 }, () => counts.take('network 192.0.2.1')));
    expect(await query('SELECT name FROM isolith_edge.request_count')).toEqual([{ name: 'identity:digest-17' }]);
    const kept = "SELECT relpersistence AS kind FROM pg_class WHERE oid = 'isolith_edge.request_count'::regclass";
    expect(await query(kept)).toEqual([{ kind: 'u' }]);
  });
});
