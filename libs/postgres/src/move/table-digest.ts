import { z } from 'zod';
import { quoted } from '../schemas/quoted.js';
import { type Table, tableName } from './schema-shape.js';
import type { Session } from '../connections/session.js';

export interface TableDigest {
  readonly rows: number;
  /**
   * The sum of the checksums of all rows, in hexadecimal: the same for the same rows in any order, another one for a
   * row more or less.
   */
  readonly checksum: string;
}

const DigestRow = z.tuple([z.object({ rows: z.coerce.number().int(), high: z.string(), low: z.string() })]);

/**
 * 120 of the 128 bits of a row's MD5, in two halves that fit a bigint; their sums are exact. Not a defence against
 * forgery, but against loss.
 */
const half = (row: string, from: number): string =>
  `coalesce(sum(('x' || substr(md5(${row}), ${from}, 15))::bit(60)::bigint), 0)::text`;

/** Counts and sums a table, in a transaction of `inTransaction`. */
export async function digestOf(session: Session, table: Table): Promise<TableDigest> {
  // A record's text tells null from empty and escapes what separates.
  const row = `ROW(${table.columns.map(({ name }) => `${quoted(name)}::text`).join(', ')})::text`;
  const found = await session.query(
    `SELECT count(*)::text AS rows, ${half(row, 1)} AS high, ${half(row, 16)} AS low FROM ${tableName(table)}`,
  );
  const [{ rows, high, low }] = DigestRow.parse(found);
  return { rows, checksum: `${BigInt(high).toString(16)}.${BigInt(low).toString(16)}` };
}

export const sameDigest = (a: TableDigest, b: TableDigest): boolean => a.rows === b.rows && a.checksum === b.checksum;
