import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, escapeIdentifier } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Databases } from '../databases/databases.js';
import { DatabaseRefusedError } from '../connections/errors.js';
import { createServerDatabase } from '../testing/test-database.js';

class CreateNotes1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notes');
  }
}
class ChangeNotes1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE notes ADD COLUMN text text');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE notes DROP COLUMN text');
  }
}

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let admin: Client;
let name: string;
const ROLE = `isolith_guest_${process.pid}`;
const PASSWORD = 'p@ss/word';
beforeAll(async () => {
  place = await createServerDatabase();
  admin = new Client({ connectionString: place.url });
  await admin.connect();
  name = new URL(place.url).pathname.slice(1);
  await admin.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${PASSWORD}'`);
});
afterEach(() => admin.query(`ALTER DATABASE ${escapeIdentifier(name)} RESET ALL`));
afterAll(async () => {
  await admin.query(`DROP OWNED BY ${ROLE}`);
  await admin.query(`DROP ROLE ${ROLE}`);
  await admin.end();
  await place.drop();
});

/** The reasons for which a context can't be opened there, if any. */
async function reasons(url: string, migrations = [CreateNotes1700000000000]): Promise<readonly string[]> {
  const databases = new Databases({
    targetOf: () => ({ kind: 'postgres', url, poolSize: 1, variable: 'ORDERS_DATABASE_URL' }),
    waitMs: 2_000,
  });
  try {
    await databases.open({ context: 'orders', entities: [], migrations });
    return [];
  } catch (error) {
    if (error instanceof DatabaseRefusedError) return error.reasons;
    throw error;
  } finally {
    await databases.close();
  }
}
/** The same database by another way. */
function by(change: (url: URL) => void): string {
  const url = new URL(place.url);
  change(url);
  return url.href;
}
const asGuest = by.bind(undefined, (url) => {
  url.username = ROLE;
  url.password = PASSWORD;
});

describe('a database that a context is to be opened in', () => {
  it.each(['LATIN1', 'SQL_ASCII'])(
    'is refused with the encoding %s, and nothing is made there (fault 7)',
    async (encoding) => {
      const other = await createServerDatabase(`ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`);
      try {
        expect(await reasons(other.url)).toEqual([
          expect.stringMatching(
            new RegExp(`^ORDERS_DATABASE_URL: the database ".*" has the encoding ${encoding}, .*ENCODING 'UTF8'`),
          ),
        ]);
        const look = new Client({ connectionString: other.url });
        await look.connect();
        expect((await look.query(`SELECT FROM pg_namespace WHERE nspname = 'orders'`)).rowCount).toBe(0);
        await look.end();
      } finally {
        await other.drop();
      }
    },
  );

  it.each([
    ['default_transaction_read_only = on', 'takes no writes (default_transaction_read_only is on'],
    ['session_replication_role = replica', 'session_replication_role is replica'],
  ])('is refused after ALTER DATABASE … SET %s (fault 7)', async (setting, reason) => {
    await admin.query(`ALTER DATABASE ${escapeIdentifier(name)} SET ${setting}`);
    expect(await reasons(place.url)).toEqual([expect.stringContaining(`ORDERS_DATABASE_URL: `)]);
    expect((await reasons(place.url))[0]).toContain(reason);
  });

  it('is refused by name when it can not be reached, without a secret (fault 7)', async () => {
    const gone = by((url) => (url.pathname = '/no_such_place'));
    const wrong = by((url) => (url.password = 'wrong-password'));
    const closed = by((url) => (url.port = '1'));
    expect(await reasons(gone)).toEqual([expect.stringContaining('has no database "no_such_place": CREATE DATABASE')]);
    expect(await reasons(wrong)).toEqual([expect.stringContaining('correct the user or the password')]);
    expect(await reasons(closed)).toEqual([
      expect.stringMatching(/^ORDERS_DATABASE_URL: no connection to 127\.0\.0\.1:1 \(.*ECONNREFUSED/),
    ]);
    for (const url of [gone, wrong, closed])
      for (const reason of await reasons(url)) expect(reason).not.toContain(new URL(url).password);
  });

  it('is refused for a role that lacks a right there, naming the right (fault 7)', async () => {
    await admin.query(`REVOKE CREATE ON DATABASE ${escapeIdentifier(name)} FROM PUBLIC`);
    expect(await reasons(asGuest())).toEqual([
      expect.stringContaining(
        `the role "${ROLE}" may not make the schema "orders" in the database "${name}": GRANT CREATE`,
      ),
    ]);
    expect(await reasons(place.url)).toEqual([]);
    expect(await reasons(asGuest())).toEqual([
      expect.stringContaining(`the role "${ROLE}" may not use the schema "orders": GRANT USAGE, CREATE`),
    ]);
    await admin.query(`GRANT USAGE, CREATE ON SCHEMA orders TO ${ROLE}`);
    expect(await reasons(asGuest())).toEqual([
      expect.stringContaining(
        'may not read and write migrations, migrations_id_seq, notes, notes_id_seq in the schema "orders"',
      ),
    ]);
    await admin.query(`GRANT ALL ON ALL TABLES IN SCHEMA orders TO ${ROLE}`);
    await admin.query(`GRANT ALL ON ALL SEQUENCES IN SCHEMA orders TO ${ROLE}`);
    expect(await reasons(asGuest())).toEqual([]);
    expect(await reasons(asGuest(), [CreateNotes1700000000000, ChangeNotes1700000000001])).toEqual([
      expect.stringContaining('may not bring the tables of orders up to date (must be owner of table notes)'),
    ]);
  });
});

describe('a database that a context is in', () => {
  it('is told of with its server, the role and the clocks, and what is wrong with its durability is said (fault 7)', async () => {
    await admin.query(`ALTER DATABASE ${escapeIdentifier(name)} SET synchronous_commit = off`);
    const said: string[] = [];
    const databases = new Databases({
      targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1, variable: 'DATABASE_URL' }),
      onWarning: (line) => said.push(line),
    });
    await databases.open({ context: 'orders', entities: [], migrations: [CreateNotes1700000000000] });
    await databases.open({ context: 'users', entities: [], migrations: [CreateNotes1700000000000] });
    const lossy = "synchronous_commit = off: what was confirmed can be lost when the server's machine stops";
    expect(said).toEqual([`DATABASE_URL: ${lossy}`]);
    expect(databases.servers()).toEqual([
      {
        contexts: ['orders', 'users'],
        server: expect.stringMatching(/^PostgreSQL \d+/),
        role: new URL(place.url).username,
        clockAheadMs: expect.any(Number),
        statements: 'grouped',
        warnings: [lossy],
      },
    ]);
    expect(Math.abs(databases.servers()[0]?.clockAheadMs ?? Infinity)).toBeLessThan(1_000);
    await databases.close();
  });
});
