import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Databases, type ContextSpec } from '@isolith/postgres';
import { openTestDatabase, type TestDatabase } from '@isolith/postgres/testing';
import { journalMigrations } from '../index.js';

class CreateNotes1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE notes (id int)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notes');
  }
}
const stock = (schema?: string): ContextSpec => ({
  context: 'stock',
  schema,
  entities: [],
  migrations: [...journalMigrations, CreateNotes1700000000001],
});
/**
 * Stands for the application: what it does with the database is done by a context that Isolith knows nothing more of.
 */
const application = (schema: string): ContextSpec => ({ context: 'application', schema, entities: [], migrations: [] });

let place: TestDatabase;
let databases: Databases;
beforeEach(async () => {
  place = await openTestDatabase();
  databases = new Databases({ targetOf: () => place.target });
});
afterEach(async () => {
  await databases.close();
  await place.drop();
});

const sql = async (text: string): Promise<unknown> => (await databases.open(application('app'))).query(text);
const tables = (): Promise<unknown> =>
  sql(`SELECT schemaname AS in, count(*)::int AS tables FROM pg_tables
       WHERE schemaname NOT LIKE 'pg\\_%' AND schemaname NOT IN ('information_schema', 'app') GROUP BY 1 ORDER BY 1`);

describe('the schema that is stated for a context', () => {
  it('holds all of its tables, and is used as it is when the application has made it', async () => {
    await sql('CREATE SCHEMA app_stock');
    await sql('CREATE TABLE app_stock.of_the_application (id int)');
    await databases.open(stock('app_stock'));
    expect(await tables()).toEqual([{ in: 'app_stock', tables: expect.any(Number) }]);
    expect(await sql(`SELECT to_regclass('app_stock.journal') IS NOT NULL AS is_there`)).toEqual([{ is_there: true }]);
    // In a migration an unqualified name means it too.
    expect(await sql('SELECT count(*)::int AS notes FROM app_stock.notes')).toEqual([{ notes: 0 }]);
  });

  it('is of one context: a second one is refused, naming both', async () => {
    await databases.open(stock('common'));
    await expect(databases.open({ ...stock('common'), context: 'orders' })).rejects.toThrow(
      "Contexts 'stock' and 'orders' would share the schema common: state another one for one of them.",
    );
    await expect(databases.open(stock('other'))).rejects.toThrow("'stock' is already open with other");
  });

  it.each(['public', 'pg_stock', 'information_schema', 'Stock', 'app.stock', 'a"b', '1st', '', 'x'.repeat(64)])(
    'can not be "%s"',
    async (schema) => {
      await expect(databases.open(stock(schema))).rejects.toThrow(`The schema of context 'stock': '${schema}' `);
    },
  );

  it("is refused where the application's own migrations are recorded, and nothing is written there", async () => {
    await sql('CREATE SCHEMA shared');
    await sql('CREATE TABLE shared.migrations (id serial, timestamp bigint NOT NULL, name text NOT NULL)');
    await sql(`INSERT INTO shared.migrations (timestamp, name) VALUES (1, 'CreateItems0000000000001')`);
    await expect(databases.open(stock('shared'))).rejects.toThrow(
      /: the table migrations in the schema "shared" is of something else \(CreateItems0000000000001\); state another schema for stock, or/,
    );
    expect(await tables()).toEqual([{ in: 'shared', tables: 1 }]);
  });

  it('is refused where something else has the name of one of its tables, which stays as it is', async () => {
    await sql('CREATE SCHEMA mail');
    await sql('CREATE TABLE mail.inbox (letter text)');
    await expect(databases.open(stock('mail'))).rejects.toThrow(
      /: in the schema "mail" something else has the name of a table of stock \(relation "inbox" already exists\): state another schema/,
    );
    expect(await sql('SELECT * FROM mail.inbox')).toEqual([]);
  });

  it('is refused while the tables are in the one before: an empty journal would be begun without a word', async () => {
    await databases.open({ ...stock(), context: 'made' });
    await sql('ALTER SCHEMA made RENAME TO stock');
    await expect(databases.open(stock('app_stock'))).rejects.toThrow(
      'the tables of stock are in the schema "stock", not in "app_stock": stop its hosts and ALTER SCHEMA "stock" RENAME TO "app_stock", or drop it',
    );
    await sql('ALTER SCHEMA stock RENAME TO app_stock');
    await databases.open(stock('app_stock'));
    expect(await tables()).toEqual([{ in: 'app_stock', tables: expect.any(Number) }]);
  });
});
