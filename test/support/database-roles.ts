import { spawn } from 'node:child_process';
import { shop } from '../../src/shop.js';
import type { FreshDatabase } from './database.js';
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
  make(...how: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }>;
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
    make: async (...how) => {
      const child = spawn(process.execPath, ['dist/main.js', '--roles', ...how], {
        env: { PATH: process.env['PATH'] ?? '', ...environment, ADMIN_DATABASE_URL: adminUrl },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      const code = await new Promise<number | null>((resolve, reject) =>
        child.once('error', reject).once('close', resolve),
      );
      return { code, said };
    },
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
