import { z } from 'zod';
import { quoted } from '../schemas/quoted.js';
import { tableName, type Table } from './schema-shape.js';
import type { Session } from '../connections/session.js';

const FIRST_BATCH = 100;
const LARGEST_BATCH = 5_000;
/** What one batch should weigh: rows may be of any size, memory is not. */
const BATCH_BYTES = 2 * 1024 * 1024;

const TextRows = z.array(z.record(z.string(), z.string().nullable()));

/**
 * Copies all rows of a table, from one transaction of `inTransaction` into another. Every value travels as the text
 * that PostgreSQL gives it and reads back. Identity columns keep their values.
 * @param copied told after each batch how many rows are over
 */
export async function copyTable(
  from: Session,
  to: Session,
  table: Table,
  copied: (rows: number) => void,
): Promise<void> {
  const { columns } = table;
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  // By number: a column may be called anything.
  const texts = columns.map(({ name }, at) => `${quoted(name)}::text AS c${at}`).join(', ');
  const values = columns.map(({ type }, at) => `r.c${at}::${type}`).join(', ');
  const arrays = columns.map((_, at) => `$${at + 1}::text[]`).join(', ');
  const aliases = columns.map((_, at) => `c${at}`).join(', ');
  const insert = `INSERT INTO ${tableName(table)} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM unnest(${arrays}) AS r (${aliases})`;
  await from.query(`DECLARE moving NO SCROLL CURSOR FOR SELECT ${texts} FROM ${tableName(table)}`);
  let total = 0;
  for (let size = FIRST_BATCH; ;) {
    const rows = TextRows.parse(await from.query(`FETCH ${size} FROM moving`));
    if (rows.length === 0) break;
    await to.query(
      insert,
      columns.map((_, at) => rows.map((row) => row[`c${at}`] ?? null)),
    );
    total += rows.length;
    copied(total);
    size = nextSize(rows);
  }
  await from.query('CLOSE moving');
}

function nextSize(rows: readonly Readonly<Record<string, string | null>>[]): number {
  let bytes = 0;
  for (const row of rows) for (const value of Object.values(row)) bytes += value?.length ?? 0;
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor((BATCH_BYTES * rows.length) / Math.max(bytes, 1))));
}
