import type { ConnectionSource } from '../connections/connection-source.js';
import { outsideOfUnits } from '../connections/connection-scope.js';
import { DatabaseRefusedError } from '../connections/errors.js';
import type { ContextSpec } from './open-context.js';
import { sqlState } from '../connections/database-errors.js';
import { migrationsIn } from '../schemas/migrations-in.js';
import { schemaOf } from '../schemas/schema-name.js';

const DUPLICATE_TABLE = '42P07';

/**
 * Looks at a context's schema before anything is made there. One that holds no tables of ours is used as it is.
 * @throws DatabaseRefusedError if somebody else keeps the record of migrations there, or if the context's tables are
 *   still in the schema that it had before: a new one would begin without a row
 */
export async function examineSchema(source: ConnectionSource, spec: ContextSpec, variable: string): Promise<void> {
  const known = new Set(spec.migrations.map((Migration) => new Migration().name ?? Migration.name));
  if (known.size === 0) return;
  const { client, giveBack } = await outsideOfUnits(() => source.checkout());
  try {
    const migratedIn = async (schema: string): Promise<readonly string[]> =>
      (await migrationsIn(
        { query: async (text, values = []) => (await client.query<Record<string, unknown>>(text, [...values])).rows },
        schema,
      )) ?? [];
    const schema = schemaOf(spec);
    const found = await migratedIn(schema);
    if (found.some((name) => known.has(name))) return;
    if (found.length > 0)
      throw refused(
        `${variable}: the table migrations in the schema "${schema}" is of something else (${found[0]}); ` +
          `state another schema for ${spec.context}, or give those migrations a table of another name (migrationsTableName)`,
      );
    const before = schemaOf({ context: spec.context });
    if (before === schema || !(await migratedIn(before)).some((name) => known.has(name))) return;
    throw refused(
      `${variable}: the tables of ${spec.context} are in the schema "${before}", not in "${schema}": ` +
        `stop its hosts and ALTER SCHEMA "${before}" RENAME TO "${schema}", or drop it if its rows are not wanted`,
    );
  } finally {
    giveBack();
  }
}

/**
 * What a migration was refused for because a table is there already, as a refusal of the start; any other error as it
 * is.
 */
export function refusedTable(error: unknown, spec: ContextSpec, variable: string): unknown {
  if (sqlState(error) !== DUPLICATE_TABLE || !(error instanceof Error)) return error;
  return refused(
    `${variable}: in the schema "${schemaOf(spec)}" something else has the name of a table of ${spec.context} (${error.message}): ` +
      `state another schema for it, context('${spec.context}', { schema: … })`,
  );
}

const refused = (reason: string): DatabaseRefusedError => new DatabaseRefusedError([reason], 'context');
