import { z } from 'zod';
import type { Session } from '../connections/session.js';
import type { WantedRole } from './wanted-role.js';

const found = z.object({
  exists: z.boolean(),
  superuser: z.boolean(),
  powers: z.array(z.string()),
  login: z.boolean(),
  may_connect: z.boolean(),
  /** Other databases in which it owns something, or has rights. */
  databases: z.array(z.string()),
  schemas: z.array(
    z.object({
      schema: z.string(),
      is_there: z.boolean(),
      owned: z.boolean(),
      owner: z.string().nullable(),
      /** Its owner may do everything anyway. */
      owner_super: z.boolean(),
      /** `ALTER … OWNER TO` without the new owner, for what another role owns in it. */
      foreign: z.array(z.string()),
      /** Who else may use it, of those who should not: other contexts' roles, and `PUBLIC`. */
      open_to: z.array(z.string()),
    }),
  ),
});

/** What is there of a role and its schemas. */
export type FoundRole = z.output<typeof found>;

/** Sequences of a column, partitions' indexes and the like follow their table. */
const FOUND = `
  WITH r AS (SELECT * FROM pg_roles WHERE rolname = $1),
  wanted AS (SELECT schema, n.oid, n.nspowner, n.nspacl FROM unnest($2::text[]) AS schema LEFT JOIN pg_namespace n ON n.nspname = schema),
  things AS (
    SELECT c.relnamespace AS schema, c.relowner AS owner,
      format('ALTER %s %I.%I', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
        WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, w.schema, c.relname) AS alter
    FROM pg_class c JOIN wanted w ON w.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') OR (c.relkind = 'S' AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))
    UNION ALL
    SELECT p.pronamespace, p.proowner, format('ALTER ROUTINE %I.%I(%s)', w.schema, p.proname, pg_get_function_identity_arguments(p.oid))
    FROM pg_proc p JOIN wanted w ON w.oid = p.pronamespace
    UNION ALL
    SELECT t.typnamespace, t.typowner, format('ALTER TYPE %I.%I', w.schema, t.typname)
    FROM pg_type t JOIN wanted w ON w.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
  SELECT EXISTS (SELECT FROM r) AS exists, coalesce((SELECT rolsuper FROM r), false) AS superuser,
    coalesce((SELECT array_remove(ARRAY[CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
      CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END], NULL) FROM r), '{}') AS powers,
    coalesce((SELECT rolcanlogin FROM r), false) AS login,
    coalesce((SELECT has_database_privilege(oid, current_database(), 'CONNECT') FROM r), false) AS may_connect,
    ARRAY(SELECT DISTINCT d.datname::text FROM pg_shdepend s JOIN r ON s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid
      JOIN pg_database d ON d.oid = s.dbid WHERE d.datname <> current_database() ORDER BY 1) AS databases,
    (SELECT json_agg(json_build_object('schema', w.schema, 'is_there', w.oid IS NOT NULL,
      'owned', coalesce(w.nspowner = (SELECT oid FROM r), false), 'owner', (SELECT rolname FROM pg_roles WHERE oid = w.nspowner),
      'owner_super', coalesce((SELECT rolsuper FROM pg_roles WHERE oid = w.nspowner), false),
      'foreign', ARRAY(SELECT alter FROM things t WHERE t.schema = w.oid AND t.owner IS DISTINCT FROM (SELECT oid FROM r) ORDER BY 1),
      'open_to', ARRAY(SELECT DISTINCT coalesce(g.rolname::text, 'PUBLIC') FROM aclexplode(w.nspacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee
        WHERE a.grantee = 0 OR g.rolname = ANY($3::text[]) ORDER BY 1)) ORDER BY w.schema) FROM wanted w) AS schemas`;

/** Asks as an administrator. `others`: the roles of all other contexts. */
export async function findRole(
  session: Session,
  { role, schemas }: WantedRole,
  others: readonly string[],
): Promise<FoundRole> {
  return z.tuple([found]).parse(await session.query(FOUND, [role, schemas, others]))[0];
}
