import type { Pool } from 'pg';
import { z } from 'zod';
import type { Measured, Work } from '../../harness/contestant.js';

const counted = z.tuple([z.object({ rows: z.coerce.number(), last: z.string() })]);

/** A journal, as far as its rows must be counted. `position` and `table` are names in SQL, not values. */
export interface CountedTable {
  readonly pool: Pick<Pool, 'query'>;
  readonly table: string;
  readonly position: string;
}

/**
 * Runs rounds and, after each, counts the rows that the table has got: who reports appends that are not there is
 * refused. Counted outside of the measured time, and only what is behind the last count.
 */
export function countingRows(
  { pool, table, position }: CountedTable,
  rowsPerOperation: number,
  run: (work: Work) => Promise<Measured>,
): (work: Work) => Promise<Measured> {
  const added = async (after: string): Promise<{ rows: number; last: string }> => {
    const { rows: found } = await pool.query(
      `SELECT count(*) AS rows, coalesce(max(${position}), $1::bigint)::text AS last FROM ${table} WHERE ${position} > $1::bigint`,
      [after],
    );
    return counted.parse(found)[0];
  };
  let known: string | undefined;
  return async (work) => {
    // What was there before is none of its.
    known ??= (await added('0')).last;
    const measured = await run(work);
    const { rows, last } = await added(known);
    const expected = measured.operations * rowsPerOperation;
    if (rows !== expected) throw new Error(`${table} has got ${rows} rows; ${expected} were reported`);
    known = last;
    return measured;
  };
}
