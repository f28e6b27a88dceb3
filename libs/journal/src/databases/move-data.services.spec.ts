import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import {
  DataDirInUseError,
  Databases,
  moveData,
  MoveRefusedError,
  type ContextSpec,
  type MigrationClass,
} from '@isolith/postgres';
import { journalMigrations } from '../index.js';
import { createServerDatabase } from '@isolith/postgres/testing';

/**
 * Rows of all kinds: every type whose text depends on settings, a parent after its child by name, an identity, a
 * sequence of its own.
 */
class CreateOdds1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA IF NOT EXISTS odds');
    await runner.query('CREATE TABLE odds.z_parent (id int PRIMARY KEY)');
    await runner.query(`CREATE TYPE odds.mood AS ENUM ('calm', 'wild')`);
    await runner.query(`CREATE TABLE odds.a_child (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent int REFERENCES odds.z_parent, "Odd ""name""" text, at timestamptz, day date, took interval, raw bytea,
      ratio double precision, price numeric(30, 10), tags text[], doc jsonb, mood odds.mood, doubled int GENERATED ALWAYS AS (parent * 2) STORED)`);
    await runner.query('CREATE SEQUENCE odds.numbers');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA odds CASCADE');
  }
}
class Later1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE odds.later (id int)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE odds.later');
  }
}
const odds = (...more: readonly MigrationClass[]): ContextSpec => ({
  context: 'odds',
  entities: [],
  migrations: [...journalMigrations, CreateOdds1700000000001, ...more],
});
const plain: ContextSpec = { context: 'late-orders', entities: [], migrations: journalMigrations };
const CHILDREN = 1_500;

let folder: string;
let place: Awaited<ReturnType<typeof createServerDatabase>>;
let said: string[];
const checks: Databases[] = [];

/**
 * The folder as a host left it: rows of both contexts, positions drawn in vain at the end, a subscription that has
 * passed them.
 */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'isolith-move-'));
  const host = new Databases({ targetOf: () => ({ kind: 'pglite', dataDir: folder }) });
  const source = await host.open(odds());
  await source.query('INSERT INTO odds.z_parent SELECT generate_series(1, 50)');
  await source.query(`INSERT INTO odds.a_child (parent, "Odd ""name""", at, day, took, raw, ratio, price, tags, doc, mood)
    SELECT CASE WHEN n % 7 = 0 THEN NULL ELSE n % 50 + 1 END, CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'tab' || chr(9) || ' "quote" \\ ' || chr(128512) || n END,
      timestamptz '2026-03-29 01:59:59.123456+01' + n * interval '1 hour', date '2024-02-29' + n, n * interval '1 month 2 days 03:04:05.678', decode(lpad(to_hex(n), 8, '0'), 'hex'),
      CASE WHEN n = 1 THEN 'NaN' WHEN n = 2 THEN '-Infinity' ELSE 1.0 / n END, n / 3.0, ARRAY['a,b', NULL, '{' || n || '}'], jsonb_build_object('n', n, 'long', repeat('x', n)), 'wild'
    FROM generate_series(1, ${CHILDREN}) AS n`);
  await source.query(`SELECT nextval('odds.numbers') FROM generate_series(1, 41)`);
  const late = await host.open(plain);
  await late.query(
    `INSERT INTO late_orders.journal (type, schema_version, key, data, metadata) SELECT 't', 1, 'k', '{}', '{}' FROM generate_series(1, 12)`,
  );
  await late.query(`SELECT nextval('late_orders.journal_position_seq') FROM generate_series(1, 5)`);
  await late.query(`INSERT INTO late_orders.subscription_checkpoint VALUES ('mail', 'letters', 17)`);
  await late.query(`INSERT INTO late_orders.inbox VALUES ('*', 'id', 'digest', '{"outcome":"success"}')`);
  await host.close();
});
beforeEach(async () => {
  place = await createServerDatabase();
  said = [];
});
afterEach(async () => {
  await Promise.all(checks.splice(0).map((databases) => databases.close()));
  await place.drop();
});
afterAll(() => rmSync(folder, { recursive: true }));

const move = (contexts: readonly ContextSpec[] = [odds(), plain]) =>
  moveData({
    dataDir: folder,
    contexts,
    targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 2 }),
    say: (line) => said.push(line),
  });
const target = (spec: ContextSpec): Promise<DataSource> => {
  const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }) });
  checks.push(databases);
  return databases.open(spec);
};
const refusal = async (moving: Promise<unknown>): Promise<readonly string[]> => {
  const error: unknown = await moving.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MoveRefusedError)) throw error;
  return error.reasons;
};

describe('moving an embedded database to PostgreSQL', () => {
  it('brings every row of every table over, counted and summed on both sides', async () => {
    const moved = await move();
    const rows = Object.fromEntries(moved.flatMap(({ tables }) => tables.map((table) => [table.table, table.rows])));
    expect(rows).toMatchObject({
      'odds.a_child': CHILDREN,
      'odds.z_parent': 50,
      'odds.journal': 0,
      'odds.inbox': 0,
      'odds.subscription_checkpoint': 0,
      'late_orders.journal': 12,
      'late_orders.inbox': 1,
      'late_orders.subscription_checkpoint': 1,
    });
    expect(said).toContainEqual(
      expect.stringMatching(
        /^odds\.a_child: 1500 rows, checksum ([0-9a-f.]+) embedded, 1500 rows, checksum \1 in PostgreSQL$/,
      ),
    );
    const source = await target(odds());
    await expect(
      source.query(`SELECT "Odd ""name""" AS name, doubled, raw, tags, ratio FROM odds.a_child WHERE id = 2`),
    ).resolves.toEqual([
      {
        name: 'tab\t "quote" \\ 😀2',
        doubled: 6,
        raw: Buffer.from('00000002', 'hex'),
        tags: ['a,b', null, '{2}'],
        ratio: -Infinity,
      },
    ]);
  });

  it('is refused for a target that can not hold every text, with nothing written (fault 7)', async () => {
    await place.drop();
    place = await createServerDatabase(`ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`);
    expect(await refusal(move())).toEqual([expect.stringContaining('has the encoding LATIN1')]);
  });

  it('lets sequences go on where they stood, behind what was drawn in vain too', async () => {
    await move();
    const source = await target(odds());
    await expect(source.query(`SELECT nextval('odds.numbers')::int AS n`)).resolves.toEqual([{ n: 42 }]);
    await expect(source.query(`INSERT INTO odds.a_child (parent) VALUES (1) RETURNING id::int`)).resolves.toEqual([
      { id: CHILDREN + 1 },
    ]);
    await expect(
      source.query(`SELECT last_value::int AS n, is_called FROM late_orders.journal_position_seq`),
    ).resolves.toEqual([{ n: 17, is_called: true }]);
    await expect(
      source.query(`SELECT last_value::int AS n, is_called FROM odds.journal_position_seq`),
    ).resolves.toEqual([{ n: 1, is_called: false }]);
  });

  it('that was interrupted between two contexts is simply started again', async () => {
    await move([odds(), { ...plain }]);
    await (
      await target(plain)
    ).query('TRUNCATE late_orders.journal, late_orders.inbox, late_orders.subscription_checkpoint');
    const again = await move();
    expect(again.map(({ context, action }) => `${context} ${action}`)).toEqual([
      'odds there already',
      'late-orders copy',
    ]);
    expect(said).toContain('odds: is there already, the same rows');
  });
});

describe('a move is refused, and writes nothing,', () => {
  const schemas = async (): Promise<unknown> => {
    const source = await target({ context: 'witness', entities: [], migrations: [] });
    return source.query(`SELECT nspname AS name FROM pg_namespace WHERE nspname IN ('odds', 'late_orders')`);
  };

  it('while a host uses the folder', async () => {
    const host = new Databases({ targetOf: () => ({ kind: 'pglite', dataDir: folder }) });
    await host.open(plain);
    await expect(move()).rejects.toBeInstanceOf(DataDirInUseError);
    await host.close();
    expect(await schemas()).toEqual([]);
  });

  it('when the target holds other rows, naming the tables', async () => {
    const source = await target(odds());
    await source.query('INSERT INTO odds.z_parent VALUES (7)');
    await source.query(`INSERT INTO odds.inbox VALUES ('*', 'other')`);
    expect(await refusal(move())).toEqual(['odds: the target already holds rows in odds.inbox, odds.z_parent']);
    await expect(source.query('SELECT count(*)::int AS n FROM odds.a_child')).resolves.toEqual([{ n: 0 }]);
    await expect(
      source.query(`SELECT count(*)::int AS n FROM pg_namespace WHERE nspname = 'late_orders'`),
    ).resolves.toEqual([{ n: 0 }]);
  });

  it('when one row of the target differs from an earlier move', async () => {
    await move();
    await (await target(odds())).query('UPDATE odds.a_child SET ratio = 0.5 WHERE id = 700');
    expect(await refusal(move())).toEqual([
      expect.stringContaining('odds: the target already holds rows in odds.z_parent, odds.a_child'),
    ]);
  });

  it('when the versions of the schemas differ, in either direction, all reasons at once', async () => {
    await target(odds(Later1700000000002));
    expect(
      await refusal(move([odds(Later1700000000002), { ...plain, migrations: journalMigrations.slice(1) }])),
    ).toEqual([
      'odds: the data folder is of an older version (without Later1700000000002): start this version on it once, embedded, and stop it',
      'late-orders: the data folder is of a newer version (with CreateJournal0000000000001): move it with that version',
    ]);
    expect(await refusal(move())).toEqual([
      'odds: the target was migrated by another version of this program (Later1700000000002)',
    ]);
  });

  it('when the folder holds what nobody owns, nothing, or nothing that has a PostgreSQL', async () => {
    expect(await refusal(move([odds()]))).toEqual([
      'late_orders: the data folder holds this schema, and no context of this program owns it',
    ]);
    const empty = moveData({
      dataDir: join(folder, 'none'),
      contexts: [plain],
      targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }),
      say: () => undefined,
    });
    expect(await refusal(empty)).toEqual([expect.stringContaining('holds no embedded database')]);
    const nowhere = moveData({
      dataDir: folder,
      contexts: [odds(), plain],
      targetOf: () => ({ kind: 'pglite', dataDir: folder }),
      say: () => undefined,
    });
    expect(await refusal(nowhere)).toEqual([expect.stringContaining('has a PostgreSQL to go to')]);
    expect(await schemas()).toEqual([]);
  });
});

describe('a table that arrives otherwise than it left', () => {
  it('stops the move of its context, which is left as it was', async () => {
    const source = await target(odds());
    await source.query(
      `CREATE FUNCTION odds.spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id = 700 THEN NEW.ratio := 0; END IF; RETURN NEW; END'`,
    );
    await source.query('CREATE TRIGGER spoil BEFORE INSERT ON odds.a_child FOR EACH ROW EXECUTE FUNCTION odds.spoil()');
    await expect(move()).rejects.toThrow(
      /^odds\.a_child did not arrive as it left: 1500 rows, checksum .* Nothing of its context was moved\.$/,
    );
    const counts = await source.query(
      'SELECT (SELECT count(*) FROM odds.a_child)::int + (SELECT count(*) FROM odds.z_parent)::int AS n',
    );
    expect(z.array(z.object({ n: z.number() })).parse(counts)).toEqual([{ n: 0 }]);
  });
});
