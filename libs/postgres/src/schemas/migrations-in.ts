import { z } from 'zod';
import type { Session } from '../connections/session.js';
import { MIGRATIONS_TABLE } from './migrations-table.js';
import { quoted } from './quoted.js';

const NameRow = z.object({ name: z.string() });

/** Names of the migrations that a schema has seen, in order; undefined when it keeps no record or is not there. */
export async function migrationsIn(session: Session, schema: string): Promise<readonly string[] | undefined> {
  const [record] = await session.query(`SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2`, [
    schema,
    MIGRATIONS_TABLE,
  ]);
  if (record === undefined) return undefined;
  return z
    .array(NameRow)
    .parse(
      await session.query(`SELECT name FROM ${quoted(schema)}.${quoted(MIGRATIONS_TABLE)} ORDER BY timestamp, name`),
    )
    .map(({ name }) => name);
}
