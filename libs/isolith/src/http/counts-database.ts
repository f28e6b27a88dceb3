import { tellable } from '@isolith/contracts';
import { openSource } from '@isolith/postgres/internal';
import { z } from 'zod';
import { COUNTS_SCHEMA } from '../context/reserved-names.js';
import type { AddToCount, Counted } from './database-counter.js';

const TABLE = `${COUNTS_SCHEMA}.request_count`;
const CONNECTIONS = 2;
/** Callers give up long before. */
const ANSWER_MS = 2_000;
const FORGET_EVERY_MS = 60_000;

// Unlogged: the counts of a second are worth no disk, and nothing is lost with them in a crash.
const CREATE = `SELECT pg_advisory_xact_lock(hashtextextended('${TABLE}', 0));
CREATE SCHEMA IF NOT EXISTS ${COUNTS_SCHEMA};
CREATE UNLOGGED TABLE IF NOT EXISTS ${TABLE} (name text PRIMARY KEY, points integer NOT NULL, ends_at timestamptz NOT NULL)`;
// Whether a window has ended is decided once: by two looks at the clock a count could begin anew in a window that goes
// on.
const ADD = `INSERT INTO ${TABLE} AS kept (name, points, ends_at)
VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
ON CONFLICT (name) DO UPDATE SET (points, ends_at) = (
  SELECT CASE WHEN has_ended THEN excluded.points ELSE kept.points + excluded.points END,
    CASE WHEN has_ended THEN excluded.ends_at ELSE kept.ends_at END
  FROM (SELECT kept.ends_at <= clock_timestamp() AS has_ended OFFSET 0) AS decided)
RETURNING points, ceil(extract(epoch FROM ends_at - clock_timestamp()) * 1000)::int AS "endsInMs"`;
const FORGET = `DELETE FROM ${TABLE} WHERE ends_at < clock_timestamp() - interval '1 minute'`;

const rows = z.tuple([z.object({ points: z.int(), endsInMs: z.int() })]);

/** The counts of several gateways, in a table of a schema of their own, by the database's clock. */
export interface CountsDatabase {
  readonly add: AddToCount;
  close(): Promise<void>;
}

/** Connects at once and waits for nobody: the table is there, or made, when the first count is. */
export async function countsDatabase(url: string, onProblem: (line: string) => void): Promise<CountsDatabase> {
  const source = await openSource(
    { kind: 'postgres', url, poolSize: CONNECTIONS },
    { tell: onProblem, waitMs: ANSWER_MS, answerMs: ANSWER_MS },
  );
  const query = async (text: string, values?: unknown[]): Promise<readonly unknown[]> => {
    const { client, giveBack } = await source.checkout();
    try {
      const found = await client.query(text, values);
      giveBack();
      return found.rows;
    } catch (error) {
      giveBack();
      throw error;
    }
  };
  // A role that may make no schema works with one that was made for it.
  const prepare = async (): Promise<void> => {
    const [found] = await query('SELECT to_regclass($1) IS NOT NULL AS there', [TABLE]);
    if (!z.object({ there: z.boolean() }).parse(found).there) await query(CREATE);
  };
  let prepared: Promise<void> | undefined = prepare();
  // The first count says what is wrong.
  prepared.catch(() => undefined);
  const forget = setInterval(() => {
    prepared
      ?.then(() => query(FORGET))
      .catch((error: unknown) => onProblem(`old counts stay: ${tellable(error).message}`));
  }, FORGET_EVERY_MS).unref();
  return {
    add: async (name, points, windowMs): Promise<Counted> => {
      prepared ??= prepare();
      try {
        await prepared;
        return rows.parse(await query(ADD, [name, points, windowMs]))[0];
      } catch (error) {
        // Also where the table is gone: the next count makes it again.
        prepared = undefined;
        throw error;
      }
    },
    close: async () => {
      clearInterval(forget);
      await source.close();
    },
  };
}
