import { z } from 'zod';
import { MIGRATIONS_TABLE } from '../schemas/migrations-table.js';
import { APPLICATION_SCHEMA } from '../schemas/schema-name.js';
import type { Session } from '../connections/session.js';

/** What a role of the database can do beyond connecting. */
export interface RoleReach {
  readonly role: string;
  /** It may do everything, on the whole server. */
  readonly superuser: boolean;
  /** Schemas of contexts, of this program or another, that it owns or may use. */
  readonly schemas: readonly string[];
}

const row = z.tuple([z.object({ role: z.string(), superuser: z.boolean(), schemas: z.array(z.string()) })]);

/**
 * Asks for the role of the session. A schema is a context's when migrations were recorded in it and it may be one's (an
 * application's own TypeORM keeps a record of the same name in `public`), or when it is one of `also`. Who may use a
 * schema counts as reaching it, and who is a member of its owner, whether that is inherited or not.
 */
export async function reachOf(session: Session, also: readonly string[] = []): Promise<RoleReach> {
  const rows = await session.query(
    `SELECT r.rolname::text AS role, r.rolsuper AS superuser, ARRAY(
       SELECT n.nspname::text FROM pg_namespace n
       WHERE (n.nspname = ANY($1::text[])
           OR n.nspname <> $3 AND EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND c.relname = $2))
         AND (has_schema_privilege(n.oid, 'USAGE, CREATE') OR pg_has_role(n.nspowner, 'MEMBER'))
       ORDER BY 1) AS schemas
     FROM pg_roles r WHERE r.rolname = current_user`,
    [also, MIGRATIONS_TABLE, APPLICATION_SCHEMA],
  );
  return row.parse(rows)[0];
}

/**
 * The contexts of a host that work with one role, by who they belong to: a context, with all schemas that are its own.
 */
export type Owners = ReadonlyMap<string, ReadonlySet<string>>;

/** Schemas that at least one of the owners reaches and that are not its own. */
export function beyond({ schemas }: RoleReach, owners: Owners): readonly string[] {
  return schemas.filter((schema) => [...owners.values()].some((own) => !own.has(schema)));
}

/** What a bug in a context would reach, one sentence; undefined when that is its own schema and nothing else. */
export function reachWarning(reach: RoleReach, owners: Owners): string | undefined {
  const who = [...owners.keys()].join(', ');
  if (reach.superuser)
    return `the role "${reach.role}" of ${who} is a superuser, so a bug there reaches the whole server: give each context a role of its own, with --roles`;
  const schemas = beyond(reach, owners);
  if (schemas.length === 0) return undefined;
  return `the role "${reach.role}" of ${who} may use the schemas ${schemas.join(', ')}, so a bug in one context reaches the rows of others: give each a role of its own, with --roles`;
}
