import { Client, escapeIdentifier } from 'pg';
import { z } from 'zod';

const rowOf = z.object({ name: z.string() });

/** The rows and sequences of one schema as they were at a moment, as a backup has them. */
export interface SchemaCopy {
  /** The schema is as it was; the rest of the database goes on from where it is. */
  restore(): Promise<void>;
  drop(): Promise<void>;
}

export async function copySchema(databaseUrl: string, schema: string): Promise<SchemaCopy> {
  const copy = escapeIdentifier(`copy_of_${schema}`);
  const own = escapeIdentifier(schema);
  return onDatabase(databaseUrl, async (client) => {
    const names = async (kind: string): Promise<readonly string[]> =>
      z
        .array(rowOf)
        .parse(
          (
            await client.query(
              `SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = $2 ORDER BY 1`,
              [own, kind],
            )
          ).rows,
        )
        .map(({ name }) => escapeIdentifier(name));
    const tables = await names('r');
    const sequences = await names('S');
    await client.query(`CREATE SCHEMA ${copy}`);
    for (const table of tables) await client.query(`CREATE TABLE ${copy}.${table} AS SELECT * FROM ${own}.${table}`);
    for (const sequence of sequences)
      await client.query(`CREATE TABLE ${copy}.${sequence} AS SELECT last_value, is_called FROM ${own}.${sequence}`);
    return {
      drop: () => onDatabase(databaseUrl, async (again) => void (await again.query(`DROP SCHEMA ${copy} CASCADE`))),
      restore: () =>
        onDatabase(databaseUrl, async (again) => {
          await again.query('BEGIN');
          // No foreign key is looked at before all rows are there.
          await again.query('SET LOCAL session_replication_role = replica');
          await again.query(`TRUNCATE ${tables.map((table) => `${own}.${table}`).join(', ')}`);
          for (const table of tables)
            await again.query(`INSERT INTO ${own}.${table} OVERRIDING SYSTEM VALUE SELECT * FROM ${copy}.${table}`);
          for (const sequence of sequences)
            await again.query(
              `SELECT setval('${own}.${sequence}'::regclass, last_value, is_called) FROM ${copy}.${sequence}`,
            );
          await again.query('COMMIT');
        }),
    };
  });
}

export async function onDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
