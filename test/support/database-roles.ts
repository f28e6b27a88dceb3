import { shop } from '../../src/shop.js';
import type { FreshDatabase } from './database.js';
import { runMain, type Ended } from './run-main.js';
import { onDatabase } from './schema-copy.js';

/**
 * Roles of their own for the contexts of a shop, as its hosts are told of them. They are there once `make` was called
 * with `--apply`.
 */
export interface DatabaseRoles {
  /** `<CONTEXT>_DATABASE_URL` of every context. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of some contexts. */
  environmentOf(contexts: readonly string[]): Readonly<Record<string, string>>;
  /** `dist/main.js --roles` with an administrator's account, as a process of its own. */
  make(...how: readonly string[]): Promise<Ended>;
  /** Takes everything of the roles away; before the database is dropped. */
  drop(): Promise<void>;
}

export function databaseRoles({ url: adminUrl, name }: Pick<FreshDatabase, 'url' | 'name'>): DatabaseRoles {
  const roleOf = (context: string): string => `${name}_${context}`;
  const environmentOf = (contexts: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(
      shop.names
        .filter((context) => contexts.includes(context))
        .map((context) => {
          const url = new URL(adminUrl);
          url.username = roleOf(context);
          url.password = `password-of-${context}`;
          return [`${context.toUpperCase()}_DATABASE_URL`, url.href];
        }),
    );
  const environment = environmentOf(shop.names);
  return {
    environment,
    environmentOf,
    make: (...how) => runMain({ ...environment, ADMIN_DATABASE_URL: adminUrl }, '--roles', ...how),
    drop: () =>
      onDatabase(adminUrl, async (client) => {
        const { rows } = await client.query<{ role: string }>(
          `SELECT quote_ident(rolname) AS role FROM pg_roles WHERE rolname = ANY($1::text[])`,
          [shop.names.map(roleOf)],
        );
        for (const { role } of rows) await client.query(`DROP OWNED BY ${role} CASCADE`);
        for (const { role } of rows) await client.query(`DROP ROLE ${role}`);
      }),
  };
}
