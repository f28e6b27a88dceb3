import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Databases } from '@isolith/postgres';
import { journalMigrations } from '../index.js';
import { createServerDatabase } from '@isolith/postgres/testing';
import { Sold } from '../testing/sample-sales.js';

const EVENTS = 10_000;
const KEYS = 97;
/** Events between two collections. */
const SAMPLE = 500;

let place: Awaited<ReturnType<typeof createServerDatabase>>;
beforeAll(async () => {
  place = await createServerDatabase();
  const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }) });
  const source = await databases.open({ context: 'sales', entities: [], migrations: journalMigrations });
  // Long keys, so that what is kept of an event by mistake would show.
  await source.query(
    `INSERT INTO sales.journal (type, schema_version, key, data, metadata)
     SELECT $1, 1, key, jsonb_build_object('saleId', key, 'amount', n / ${KEYS} + 1),
       jsonb_build_object('id', gen_random_uuid(), 'correlationid', gen_random_uuid(), 'principal', '{"service":"sales","roles":[]}'::jsonb)
     FROM generate_series(0, ${EVENTS - 1}) AS n, lateral (SELECT rpad('key ' || n % ${KEYS} || ' ', 400, '.') AS key) AS named ORDER BY n`,
    [Sold.contract.name],
  );
  await databases.close();
});
afterAll(() => place.drop());

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

describe(`a subscriber that was down for ${EVENTS} events`, () => {
  it('catches up in the order of each key, with a heap that does not grow', async () => {
    const program = new URL('./spec-support/catch-up.main.ts', import.meta.url).pathname;
    const args = [
      '--expose-gc',
      '--conditions=@isolith/source',
      '--import',
      '@swc-node/register/esm-register',
      program,
      place.url,
      String(EVENTS),
      String(SAMPLE),
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
    const { handled, outOfOrder, heaps } = z
      .object({ handled: z.int(), outOfOrder: z.int(), heaps: z.array(z.int()) })
      .parse(JSON.parse(stdout));
    expect([handled, outOfOrder]).toEqual([EVENTS, 0]);
    const quarter = (nth: number): number =>
      median(heaps.slice((heaps.length / 4) * (nth - 1), (heaps.length / 4) * nth));
    expect(heaps).toHaveLength(EVENTS / SAMPLE);
    expect(quarter(4) / quarter(2)).toBeLessThanOrEqual(1.1);
  });
});
