import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runAs } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { ContextDatabase, contextJournal, journalMigrations, UnitOfWork } from '../index.js';
import { FencedReader } from '../relay/fenced-reader.js';
import { PostgresReplicas } from '../relay/postgres-replicas.js';
import { Databases } from '@isolith/postgres';
import { createServerDatabase } from '@isolith/postgres/testing';
import { Sold } from '../testing/sample-sales.js';
import { PINNED, SESSION_LIMITS } from '@isolith/postgres/internal';

/** One column of each kind whose text a session can spell in several ways. */
class CreateValues1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE sales.value (id int PRIMARY KEY, at timestamptz, day date, span interval, bytes bytea, ratio float8, names text[], words text, doc jsonb, list int4range)',
    );
    await runner.query(`CREATE FUNCTION sales.next(n int) RETURNS int LANGUAGE sql AS 'SELECT n + 1'`);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sales.value');
  }
}

const AT = new Date('2026-03-04T05:06:07.089Z');
const WORDS = `Zoë 😀 王 \\' "`;
/** Written as parameters, as all values are. */
const VALUES = [
  1,
  AT,
  '2026-03-04',
  '1 day 02:00:00',
  Buffer.from([0, 255, 92]),
  0.1 + 0.2,
  ['a', 'NULL', null],
  WORDS,
  '{"a":1.1}',
];

/** A context writes, appends, relays and reads, all of it in sessions of its own. */
async function flow(url: string): Promise<unknown> {
  const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url, poolSize: 2 }) });
  try {
    const source = await databases.open({
      context: 'sales',
      entities: [],
      migrations: [...journalMigrations, CreateValues1700000000000],
    });
    const journal = contextJournal({ context: 'sales' }, async () => source);
    const unit = new UnitOfWork(journal);
    await runAs('sales', () =>
      unit.run(async () => {
        await unit.execute('DELETE FROM sales.value');
        await unit.execute('INSERT INTO sales.value VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', VALUES);
        unit.append(randomUUID(), 0, [new Sold({ saleId: WORDS, amount: 1 })]);
      }),
    );
    const [row] = await new ContextDatabase(journal).query(
      z.record(z.string(), z.unknown()),
      `SELECT *, at::text AS said, day::text AS day, span::text AS span, sales.next(1) AS next, null = null AS unknown, '\\n' AS letters, to_char(1.5, '9D9') AS number
       FROM sales.value`,
    );
    const reader = new FencedReader(journal);
    const recorded = async (): Promise<number> => {
      const [row] = await new ContextDatabase(journal).query(
        z.object({ count: z.coerce.number() }),
        'SELECT count(*) FROM sales.journal',
      );
      return row?.count ?? 0;
    };
    let { events } = await reader.readAfter(0, [Sold.contract.name], 1_000);
    // Whoever else has a transaction open on this server holds the reader back.
    await until(async () => {
      ({ events } = await reader.readAfter(0, [Sold.contract.name], 1_000));
      return events.length === (await recorded());
    });
    const [isolation] = await new ContextDatabase(journal).query(
      z.object({ level: z.string() }),
      `SELECT current_setting('transaction_isolation') AS level`,
    );
    const { envelope } = events.at(-1) ?? {};
    return {
      row,
      isolation,
      data: envelope?.data,
      age: Math.abs(Date.now() - Date.parse(envelope?.time ?? '')) < 60_000,
    };
  } finally {
    await databases.close();
  }
}

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let admin: Client;
let database: string;
let asItShould: unknown;
beforeAll(async () => {
  place = await createServerDatabase();
  admin = new Client({ connectionString: place.url });
  await admin.connect();
  database = escapeIdentifier(new URL(place.url).pathname.slice(1));
  asItShould = await flow(place.url);
});
afterAll(async () => {
  await admin.end();
  await place.drop();
});

/** Gives every new session of the database these settings, in the one or the other of the ways that a server has. */
async function set(by: 'database' | 'role', settings: ReadonlyMap<string, string>): Promise<void> {
  const whose = by === 'database' ? `DATABASE ${database}` : `ROLE CURRENT_USER IN DATABASE ${database}`;
  for (const [name, value] of settings)
    // Lists are spelt as lists.
    await admin.query(
      `ALTER ${whose} SET ${name} = ${value === '' ? "''" : value.split(', ').map(escapeLiteral).join(', ')}`,
    );
}
const reset = async (): Promise<void> => {
  await admin.query(`ALTER DATABASE ${database} RESET ALL`);
  await admin.query(`ALTER ROLE CURRENT_USER IN DATABASE ${database} RESET ALL`);
};

/** Each pinned setting with values that change what statements mean or how answers are spelt. */
const HOSTILE: Readonly<Record<keyof typeof PINNED | keyof typeof SESSION_LIMITS, readonly string[]>> = {
  statement_timeout: ['20'],
  lock_timeout: ['1'],
  idle_in_transaction_session_timeout: ['1'],
  client_encoding: ['LATIN1', 'SQL_ASCII'],
  DateStyle: ['German, DMY', 'SQL, MDY', 'Postgres, DMY'],
  IntervalStyle: ['iso_8601', 'sql_standard', 'postgres_verbose'],
  TimeZone: ['Asia/Kathmandu', 'America/St_Johns'],
  timezone_abbreviations: ['India'],
  bytea_output: ['escape'],
  extra_float_digits: ['-15'],
  array_nulls: ['off'],
  xmlbinary: ['hex'],
  xmloption: ['document'],
  lc_monetary: ['POSIX'],
  lc_numeric: ['POSIX'],
  lc_time: ['POSIX'],
  standard_conforming_strings: ['off'],
  backslash_quote: ['off'],
  transform_null_equals: ['on'],
  quote_all_identifiers: ['on'],
  search_path: ['pg_temp', 'sales, pg_catalog'],
  row_security: ['off'],
  default_text_search_config: ['pg_catalog.german'],
  gin_fuzzy_search_limit: ['1'],
  default_transaction_isolation: ['serializable', 'repeatable read'],
  default_transaction_deferrable: ['on'],
  exit_on_error: ['on'],
  client_min_messages: ['debug5', 'error'],
};

describe('a session', () => {
  it.each(['database', 'role'] as const)('works as ever whatever the %s says of each setting (fault 6)', async (by) => {
    const rounds = Math.max(...Object.values(HOSTILE).map((values) => values.length));
    for (let round = 0; round < rounds; round += 1) {
      const settings = new Map(
        Object.entries(HOSTILE).map(([name, values]) => [name, values[round % values.length] ?? '']),
      );
      await set(by, settings);
      expect(await flow(place.url)).toEqual(asItShould);
      await reset();
    }
  });

  it('works as ever with every other setting that a user may change turned round (fault 6)', async () => {
    const known = z.array(z.object({ name: z.string(), setting: z.string(), others: z.array(z.string()) })).parse(
      (
        await admin.query(
          `SELECT name, setting, CASE vartype WHEN 'bool' THEN ARRAY[CASE setting WHEN 'on' THEN 'off' ELSE 'on' END]
               ELSE array_remove(enumvals, setting) END AS others
             FROM pg_settings WHERE context = 'user' AND vartype IN ('bool', 'enum') AND NOT name ILIKE ANY ($1::text[])`,
          // Another transaction's; writes are stopped by it; and what PostgreSQL itself writes into its log.
          [['transaction\\_%', 'default_transaction_read_only', 'debug\\_%', 'trace\\_%']],
        )
      ).rows,
    );
    const rounds = Math.max(...known.map(({ others }) => others.length));
    for (let round = 0; round < rounds; round += 1) {
      await set('database', new Map(known.map(({ name, others }) => [name, others[round % others.length] ?? ''])));
      expect(await flow(place.url)).toEqual(asItShould);
      await reset();
    }
  });

  it('works as ever whatever the environment and the URL say (fault 6)', async () => {
    const url = new URL(place.url);
    url.searchParams.set('options', '-c datestyle=German,DMY -c statement_timeout=20');
    url.searchParams.set('statement_timeout', '1');
    const before = process.env['PGOPTIONS'];
    process.env['PGOPTIONS'] = '-c bytea_output=escape -c timezone=Asia/Kathmandu';
    try {
      expect(await flow(place.url)).toEqual(asItShould);
      expect(await flow(url.href)).toEqual(asItShould);
    } finally {
      if (before === undefined) delete process.env['PGOPTIONS'];
      else process.env['PGOPTIONS'] = before;
    }
  });

  it('has every pinned setting, also after it has migrated, and also where hosts listen to one another (fault 6)', async () => {
    await set('database', new Map(Object.entries(HOSTILE).map(([name, [value]]) => [name, value ?? ''])));
    const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }) });
    const source = await databases.open({ context: 'late', entities: [], migrations: journalMigrations });
    const names = [...Object.keys(PINNED), ...Object.keys(SESSION_LIMITS)];
    const found = z
      .array(z.object({ name: z.string(), value: z.string() }))
      .parse(
        await source.query('SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name', [names]),
      );
    expect(Object.fromEntries(found.map(({ name, value }) => [name, value]))).toEqual({
      ...PINNED,
      statement_timeout: '30s',
      lock_timeout: '10s',
      idle_in_transaction_session_timeout: '10s',
    });
    const heard = Promise.withResolvers<string>();
    const listening = new PostgresReplicas(place.url, () => undefined);
    listening.onNews('late', heard.resolve);
    listening.open();
    expect(await heard.promise).toBe('committed');
    await listening.close();
    await databases.close();
    await reset();
  });
});
