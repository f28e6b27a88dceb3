import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Databases, DatabaseRefusedError, makeRoles, type MigrationClass, type RoleOwner } from '@isolith/postgres';
import { journalMigrations } from '../index.js';
import { createServerDatabase } from '@isolith/postgres/testing';

class CreateThings1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TYPE mood AS ENUM ('calm', 'wild')`);
    await runner.query('CREATE TABLE things (id int GENERATED ALWAYS AS IDENTITY, old serial, mood mood)');
    await runner.query('CREATE SEQUENCE numbers');
    await runner.query('CREATE VIEW calm_things AS SELECT id FROM things WHERE mood = $$calm$$');
    await runner.query(
      `CREATE FUNCTION count_things(at_least int) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM things'`,
    );
  }
  async down(): Promise<void> {}
}
class ChangeThings1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE things ADD COLUMN more text');
    await runner.query(`ALTER TYPE mood RENAME VALUE 'wild' TO 'wilder'`);
    await runner.query('ALTER SEQUENCE numbers RESTART WITH 7');
    await runner.query('DROP VIEW calm_things');
    await runner.query('DROP FUNCTION count_things(int)');
  }
  async down(): Promise<void> {}
}

const OLD = [...journalMigrations, CreateThings1700000000000];
const NEW = [...OLD, ChangeThings1700000000001];
const CONTEXTS = ['orders', 'users'] as const;
const PASSWORD = `it's "a" $1 \\ :/@ word`;

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let name: string;
let admin: Client;
beforeEach(async () => {
  place = await createServerDatabase();
  name = new URL(place.url).pathname.slice(1);
  admin = new Client({ connectionString: place.url });
  await admin.connect();
});
afterEach(async () => {
  const { rows } = await admin.query<{ rolname: string }>(
    'SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1)',
    [name],
  );
  await admin.query(`ALTER DATABASE ${name} OWNER TO CURRENT_USER`);
  for (const { rolname } of rows) await admin.query(`DROP OWNED BY ${rolname} CASCADE`);
  for (const { rolname } of rows) await admin.query(`DROP ROLE ${rolname}`);
  await admin.end();
  await place.drop();
});

/** The database by the account of a role of this spec. */
function as(role: string, password = PASSWORD): string {
  const url = new URL(place.url);
  url.username = `${name}_${role}`;
  url.password = encodeURIComponent(password);
  return url.href;
}
const variableOf = (context: string): string => `${context.toUpperCase()}_DATABASE_URL`;
const owners = (urlOf: (context: string) => string | undefined = (context) => as(context)): readonly RoleOwner[] =>
  CONTEXTS.map((context) => ({ context, schemas: [context], url: urlOf(context), variable: variableOf(context) }));

async function roles(apply: boolean, { of = owners(), adminUrl = place.url } = {}) {
  const said: string[] = [];
  const options = { owners: of, adminUrl, adminVariable: 'ADMIN_DATABASE_URL', apply };
  const result = await makeRoles({ ...options, say: (line) => said.push(line) });
  return { ...result, said };
}
async function refused(options: Parameters<typeof roles>[1]): Promise<readonly string[]> {
  const error: unknown = await roles(true, options).catch((thrown: unknown) => thrown);
  if (error instanceof DatabaseRefusedError) return error.reasons;
  throw error;
}

/** Opens all contexts, each by the URL of its hosts, and closes them. */
async function open(urlOf: (context: string) => string, migrations: readonly MigrationClass[] = OLD): Promise<void> {
  const databases = new Databases({
    targetOf: (context) => ({ kind: 'postgres', url: urlOf(context), poolSize: 1, variable: variableOf(context) }),
    waitMs: 5_000,
  });
  try {
    for (const context of CONTEXTS) await databases.open({ context, entities: [], migrations });
  } finally {
    await databases.close();
  }
}

async function asked(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } catch (error) {
    return Object(error).message;
  } finally {
    await client.end();
  }
}

describe('roles of contexts (fault 28)', () => {
  it('own what one role owned before, migrate it from then on, and are shut out of the rest', async () => {
    await open(() => place.url);
    await admin.query('GRANT USAGE ON SCHEMA users TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA users TO PUBLIC');
    const first = await roles(false);
    expect(first.said).toEqual([
      `orders: the role "${name}_orders" is made`,
      `orders: the password of "${name}_orders" is set`,
      `orders: "${name}_orders" may connect to this database`,
      expect.stringMatching(/^orders: the schema orders of ".*" and \d+ tables, functions or types in it go to/),
      ...Array.from({ length: 4 }, () => expect.stringContaining('users: ')),
      'users: the schema users is closed to PUBLIC',
    ]);
    expect((await admin.query('SELECT FROM pg_roles WHERE starts_with(rolname, $1)', [name])).rowCount).toBe(0);

    expect((await roles(true)).said).toEqual(first.said.map((line) => `${line}: done`));
    expect(await roles(true)).toEqual({ steps: 0, toSee: 0, said: [] });
    await open((context) => as(context), NEW);
    expect(await asked(as('orders'), 'SELECT FROM users.things')).toBe('permission denied for schema users');
    expect(await asked(as('users'), 'SELECT FROM orders.inbox')).toBe('permission denied for schema orders');
    expect(await asked(as('users'), `SELECT nextval('users.numbers')`)).toEqual([{ nextval: '7' }]);
    // Whoever may do everything still can, and goes back to one role by that.
    await open(() => place.url, NEW);
  });

  it('are made on an empty database, too, by who is no superuser, and nothing is kept of them', async () => {
    await admin.query(`CREATE ROLE ${name}_admin LOGIN CREATEROLE PASSWORD '${PASSWORD.replaceAll("'", "''")}'`);
    await admin.query(`ALTER DATABASE ${name} OWNER TO ${name}_admin`);
    const adminUrl = as('admin');
    expect(await roles(true, { adminUrl, of: owners().slice(0, 1) })).toMatchObject({ steps: 4, toSee: 0 });
    await open((context) => (context === 'orders' ? as('orders') : adminUrl));
    const moved = await roles(true, { adminUrl });
    expect(moved.said).toContainEqual(
      expect.stringContaining(`hosts that log in as "${name}_admin" can't work with it any more`),
    );
    await open((context) => as(context), NEW);
    expect(await roles(true, { adminUrl })).toMatchObject({ steps: 0, toSee: 0 });
    const [orders] = owners();
    if (orders === undefined) throw new Error('no owners');
    const more = [{ ...orders, schemas: ['orders', 'orders_archive'] }];
    expect((await roles(true, { adminUrl, of: more })).said).toEqual([
      'orders: the schema orders_archive is made: done',
    ]);
    expect(await asked(adminUrl, 'SELECT FROM orders.things')).toBe('permission denied for schema orders');
  });

  it('get another password, and what a stranger made in their schema', async () => {
    await roles(true);
    await open((context) => as(context));
    await admin.query('CREATE TABLE orders.restored (id int)');
    const urlOf = (context: string): string => as(context, `another ${context}`);
    expect((await roles(true, { of: owners(urlOf) })).said).toEqual([
      `orders: the password of "${name}_orders" is set: done`,
      `orders: the schema orders and 1 tables, functions or types in it go to "${name}_orders": done`,
      `users: the password of "${name}_users" is set: done`,
    ]);
    expect(await asked(urlOf('orders'), 'SELECT FROM orders.restored')).toEqual([]);
    const kept = await admin.query<{ kept: string }>('SELECT rolpassword AS kept FROM pg_authid WHERE rolname = $1', [
      `${name}_users`,
    ]);
    expect(kept.rows[0]?.kept).toMatch(/^SCRAM-SHA-256\$4096:/);
  });

  it('are named when they reach more for a reason of their own', async () => {
    await roles(true);
    await admin.query(`GRANT ${name}_users TO ${name}_orders`);
    expect(await roles(true)).toEqual({
      steps: 0,
      toSee: 1,
      said: [
        expect.stringContaining(`ORDERS_DATABASE_URL: the role "${name}_orders" of orders may use the schemas users,`),
      ],
    });
  });

  it('are refused with everything that speaks against them, and nothing is written or given away', async () => {
    const superuser = new URL(place.url).username;
    await admin.query(`CREATE ROLE ${name}_strong LOGIN CREATEROLE; CREATE ROLE ${name}_super SUPERUSER`);
    expect(await refused({ of: owners(() => undefined) })).toEqual([
      expect.stringMatching(/^ORDERS_DATABASE_URL: not set; .*postgres:\/\/isolith_\w+_orders:<password>@127/),
      expect.stringMatching(/^USERS_DATABASE_URL: not set/),
    ]);
    expect(await refused({ of: owners(() => place.url) })).toContainEqual(
      `ORDERS_DATABASE_URL: names the role "${superuser}" of the administrator; each context needs one of its own`,
    );
    expect(await refused({ of: owners(() => as('one')) })).toEqual([
      expect.stringContaining('of orders; each context needs'),
    ]);
    expect(await refused({ of: owners((context) => as(context, context === 'users' ? 'pässword' : '')) })).toHaveLength(
      2,
    );
    expect(await refused({ of: owners((context) => as(context === 'users' ? 'strong' : 'super')) })).toEqual([
      `ORDERS_DATABASE_URL: "${name}_super" is a superuser: name a role that is none`,
      expect.stringContaining(`USERS_DATABASE_URL: "${name}_strong" has CREATEROLE, which no context needs`),
    ]);
    await admin.query(`CREATE ROLE ${name}_plain LOGIN PASSWORD 'plain'`);
    expect(await refused({ adminUrl: as('plain', 'plain') })).toEqual([
      expect.stringContaining(`ADMIN_DATABASE_URL: "${name}_plain" may not make roles`),
    ]);
    expect((await refused({ adminUrl: as('plain', 'secret-word') })).join()).not.toContain('secret-word');
    expect((await admin.query(`SELECT FROM pg_namespace WHERE nspname IN ('orders', 'users')`)).rowCount).toBe(0);
  });
});
