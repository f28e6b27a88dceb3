import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Databases, schemaOf } from '@isolith/postgres';
import { createServerDatabase } from '@isolith/postgres/testing';
import { Client, escapeIdentifier } from 'pg';
import { shop } from '../shop.js';
import { databaseConfig } from './database-config.js';
import { makeShopRoles } from './make-shop-roles.js';
import { shopDatabases } from './shop-databases.js';

const kept = await shopDatabases();

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let admin: Client;
let ofRoles: Readonly<Record<string, string>>;
let roleOf: (context: string) => string;
beforeAll(async () => {
  place = await createServerDatabase();
  admin = new Client({ connectionString: place.url });
  await admin.connect();
  const name = new URL(place.url).pathname.slice(1);
  roleOf = (context) => `${name}_${context}`;
  ofRoles = Object.fromEntries(
    shop.names.map((context) => {
      const url = new URL(place.url);
      url.username = roleOf(context);
      url.password = `secret-of-${context}`;
      return [`${context.toUpperCase()}_DATABASE_URL`, url.href];
    }),
  );
});
afterAll(async () => {
  for (const context of shop.names) {
    await admin.query(`DROP OWNED BY ${roleOf(context)} CASCADE`);
    await admin.query(`DROP ROLE ${roleOf(context)}`);
  }
  await admin.end();
  await place.drop();
});

/** Brings every schema of the shop up to date, as hosts with this environment do when they start. */
async function migrate(env: Readonly<Record<string, string>>): Promise<void> {
  const databases = new Databases({ targetOf: databaseConfig(env).targetOf });
  try {
    for (const spec of kept) await databases.open(spec);
  } finally {
    await databases.close();
  }
}

async function make(apply: boolean): Promise<{ code: 0 | 1; said: readonly string[] }> {
  const said: string[] = [];
  const code = await makeShopRoles({ ...ofRoles, ADMIN_DATABASE_URL: place.url }, apply, (line) => said.push(line));
  return { code, said };
}

const ownerOf = (context: string): string => shop.ownerOf(context);

describe('the roles of the shop (fault 28)', () => {
  it('are asked for before they are made, and nothing is said twice or given away', async () => {
    await migrate({ DATABASE_URL: place.url });
    const asked = await make(false);
    expect(asked).toEqual({
      code: 1,
      said: expect.arrayContaining([expect.stringContaining('run this again with --apply')]),
    });
    const made = await make(true);
    expect(made.code).toBe(0);
    expect(made.said).toContainEqual(expect.stringMatching(/^payments: the schema sandbox_provider of ".*: done$/));
    expect(await make(true)).toEqual({ code: 0, said: ['nothing is to be done'] });
    expect([...asked.said, ...made.said].join()).not.toMatch(/secret-of|SCRAM/);
  });

  it('bring their schemas up to date', async () => {
    await expect(migrate(ofRoles)).resolves.toBeUndefined();
  });

  const pairs = shop.names.flatMap((reader) =>
    kept.flatMap(({ context }) => (ownerOf(context) === reader ? [] : [[reader, context] as const])),
  );
  it.each(pairs)('keep %s out of every table, sequence and function of %s', async (reader, context) => {
    const schema = schemaOf({ context });
    const { rows: things } = await admin.query<{ statement: string }>(
      `SELECT format('SELECT FROM %I.%I', $1::text, relname) AS statement FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'v')
       UNION ALL SELECT format('DELETE FROM %I.%I', $1::text, relname) FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'
       UNION ALL SELECT format('SELECT nextval(%L)', format('%I.%I', $1::text, relname)) FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'S'`,
      [schema],
    );
    expect(things.length).toBeGreaterThan(10);
    const client = new Client({ connectionString: ofRoles[`${reader.toUpperCase()}_DATABASE_URL`] });
    await client.connect();
    try {
      for (const statement of [
        ...things.map((thing) => thing.statement),
        `SELECT ${escapeIdentifier(schema)}.inbox_turn('a', 'b')`,
        `CREATE TABLE ${escapeIdentifier(schema)}.planted ()`,
        `SET ROLE ${roleOf(ownerOf(context))}`,
      ])
        await expect(client.query(statement)).rejects.toMatchObject({
          code: '42501',
          message: expect.stringMatching(/^permission denied/),
        });
      expect(
        (await client.query(`SELECT FROM ${escapeIdentifier(schemaOf({ context: reader }))}.inbox`)).rowCount,
      ).toBe(0);
    } finally {
      await client.end();
    }
  });
});
