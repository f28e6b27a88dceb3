import type { ClientBase } from 'pg';
import { z } from 'zod';

const row = z.tuple([
  z.object({
    database: z.string(),
    role: z.string(),
    may_make_schemas: z.boolean(),
    is_there: z.boolean(),
    may_use: z.boolean(),
    may_create: z.boolean(),
    closed: z.array(z.string()),
  }),
]);

/**
 * What the role lacks to work in a context's schema, one sentence each. A schema that is not there yet must be one that
 * it may make.
 */
export async function missingRights(client: Pick<ClientBase, 'query'>, schema: string): Promise<readonly string[]> {
  const { rows } = await client.query<Record<string, unknown>>(
    `WITH s AS (SELECT oid FROM pg_namespace WHERE nspname = $1)
     SELECT current_database() AS database, current_user AS role, has_database_privilege(current_database(), 'CREATE') AS may_make_schemas,
       EXISTS (SELECT FROM s) AS is_there,
       coalesce((SELECT has_schema_privilege(oid, 'USAGE') FROM s), true) AS may_use,
       coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM s), true) AS may_create,
       ARRAY(
         SELECT c.relname::text FROM pg_class c JOIN s ON s.oid = c.relnamespace
         WHERE CASE WHEN c.relkind IN ('r', 'p') THEN
             NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE')
               AND has_table_privilege(c.oid, 'DELETE'))
           -- In that order only: of what is no sequence this may not be asked.
           WHEN c.relkind = 'S' THEN NOT has_sequence_privilege(c.oid, 'SELECT') END
         ORDER BY 1) AS closed`,
    [schema],
  );
  const [{ database, role, may_make_schemas, is_there, may_use, may_create, closed }] = row.parse(rows);
  if (!is_there) {
    if (may_make_schemas) return [];
    return [
      `the role "${role}" may not make the schema "${schema}" in the database "${database}": GRANT CREATE ON DATABASE "${database}" TO "${role}", ` +
        `or CREATE SCHEMA "${schema}" AUTHORIZATION "${role}", as --roles does`,
    ];
  }
  if (!may_use || !may_create)
    return [
      `the role "${role}" may not ${may_use ? 'create in' : 'use'} the schema "${schema}": GRANT USAGE, CREATE ON SCHEMA "${schema}" TO "${role}"`,
    ];
  if (closed.length === 0) return [];
  return [
    `the role "${role}" may not read and write ${closed.join(', ')} in the schema "${schema}", which another role owns: ` +
      `let the role that made them run this host, or REASSIGN OWNED BY … TO "${role}", or give them to it with --roles`,
  ];
}
