import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAs } from '@isolith/message-bus';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { poolOf, BEGIN, COMMIT, type ConnectionLease } from '@isolith/postgres/internal';
import { Databases } from '@isolith/postgres';
import { contextJournal, journalMigrations, UnitOfWork } from '../index.js';
import { createServerDatabase } from '@isolith/postgres/testing';
import { roundTripsOf } from '../unit/spec-support/round-trips.js';
import { CreateSale, Sold } from '../testing/sample-sales.js';

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let databases: Databases;
let warnings: string[];
let source: DataSource;
/** The only connection: what one test leaves in its session, the next meets. */
let lease: ConnectionLease;

const insert = { name: 'spec-insert', text: 'INSERT INTO sales.sale (id, amount) VALUES ($1, $2)' } as const;
const sold = async (): Promise<readonly string[]> => {
  const { rows } = await lease.query<unknown>({ text: 'SELECT id FROM sales.sale ORDER BY id' });
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map(({ id }) => id);
};
const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing',
    (error: unknown) => error,
  );

beforeAll(async () => {
  place = await createServerDatabase();
});
afterAll(() => place.drop());

const OTHER = '8.99.0';

describe.each([
  {
    statements: 'grouped',
    driver: undefined,
    told: [],
    trips: ['BEGIN, INSERT, INSERT, INSERT, COMMIT'],
  },
  {
    statements: 'one by one',
    driver: OTHER,
    told: [expect.stringContaining(`pg ${OTHER} is not the version that grouped statements know`)],
    trips: ['BEGIN', 'INSERT', 'INSERT', 'INSERT', 'COMMIT'],
  },
])('statements that go $statements', ({ statements, driver, told, trips }) => {
  beforeEach(async () => {
    warnings = [];
    databases = new Databases(
      {
        targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }),
        onWarning: (line) => void warnings.push(line),
      },
      driver,
    );
    source = await databases.open({ context: 'sales', entities: [], migrations: [...journalMigrations, CreateSale] });
    await source.query('TRUNCATE sales.sale');
    lease = await poolOf(source).lease();
  });
  afterEach(async () => {
    lease.giveBack();
    await databases.close();
  });

  it('are told of, with the reason where no two go as one', () => {
    expect(databases.servers()).toMatchObject([{ statements, warnings: expect.arrayContaining(told) }]);
    expect(warnings.filter((line) => line.includes('one by one'))).toEqual(told);
  });

  describe('a first statement with its BEGIN', () => {
    it('is in a transaction', async () => {
      await lease.inOrder([BEGIN, { ...insert, values: ['a', 1] }]);
      await lease.query({ text: 'ROLLBACK' });
      expect(await sold()).toEqual([]);
      await lease.inOrder([BEGIN, { ...insert, values: ['a', 1] }]);
      expect((await lease.query(COMMIT)).command).toBe('COMMIT');
      expect(await sold()).toEqual(['a']);
    });

    it('that is refused leaves a transaction that cannot commit, and a session that goes on', async () => {
      expect(await thrown(lease.inOrder([BEGIN, { ...insert, values: ['a', 'many'] }]))).toMatchObject({
        code: '22P02',
      });
      expect((await lease.query(COMMIT)).command).toBe('ROLLBACK');
      await lease.inOrder([BEGIN, { ...insert, values: ['b', 1] }]);
      expect((await lease.query(COMMIT)).command).toBe('COMMIT');
      expect(await sold()).toEqual(['b']);
    });

    it('whose BEGIN is refused does not run, let alone commit by itself', async () => {
      await lease.inOrder([BEGIN, { ...insert, values: ['a', 1] }]);
      // The transaction has failed: BEGIN is refused now, and all that comes with it is skipped.
      await thrown(lease.query({ text: 'SELECT 1/0' }));
      expect(
        await thrown(
          lease.inOrder([
            BEGIN,
            { name: 'spec-skipped', text: 'INSERT INTO sales.sale (id, amount) VALUES ($1, 2)', values: ['b'] },
          ]),
        ),
      ).toMatchObject({ code: '25P02' });
      await lease.query({ text: 'ROLLBACK' });
      expect(await sold()).toEqual([]);
      // What was skipped is not taken for prepared.
      await lease.query({
        name: 'spec-skipped',
        text: 'INSERT INTO sales.sale (id, amount) VALUES ($1, 2)',
        values: ['c'],
      });
      expect(await sold()).toEqual(['c']);
    });
  });

  describe('a last statement with its COMMIT', () => {
    it('commits what came before and itself', async () => {
      await lease.inOrder([BEGIN, { ...insert, values: ['a', 1] }]);
      expect((await lease.inOrder([{ ...insert, values: ['b', 1] }, COMMIT])).at(-1)?.command).toBe('COMMIT');
      expect(await sold()).toEqual(['a', 'b']);
    });

    it('that is refused commits nothing', async () => {
      await lease.inOrder([BEGIN, { ...insert, values: ['a', 1] }]);
      expect(await thrown(lease.inOrder([{ ...insert, values: ['a', 1] }, COMMIT]))).toMatchObject({
        code: '23505',
      });
      await lease.query({ text: 'ROLLBACK' });
      expect(await sold()).toEqual([]);
    });

    it('commits as well with a value that only the driver can write', async () => {
      await lease.inOrder([BEGIN, { ...insert, values: ['a', 1] }]);
      const dated = { text: "SELECT $1::timestamptz = '2026-01-01Z' AS same", values: [new Date('2026-01-01Z')] };
      expect(lease.inOne([dated, COMMIT])).toBeUndefined();
      const [first, last] = await lease.inOrder([dated, COMMIT]);
      expect([first?.rows, last?.command]).toEqual([[{ same: true }], 'COMMIT']);
      expect(await sold()).toEqual(['a']);
    });

    it('whose constraint is looked at with the COMMIT commits nothing either', async () => {
      await lease.query({ text: 'CREATE TEMP TABLE late (id int, UNIQUE (id) DEFERRABLE INITIALLY DEFERRED)' });
      await lease.inOrder([BEGIN, { text: 'INSERT INTO late VALUES (1)' }]);
      expect(await thrown(lease.inOrder([{ text: 'INSERT INTO late VALUES (1)' }, COMMIT]))).toMatchObject({
        code: '23505',
      });
      await lease.query({ text: 'ROLLBACK' });
      expect((await lease.query({ text: 'SELECT 1 FROM late' })).rows).toEqual([]);
    });
  });

  it('a named statement that could not be prepared is prepared again', async () => {
    const statement = { name: 'spec-late', text: 'SELECT id FROM made_later' };
    expect(await thrown(lease.query(statement))).toMatchObject({ code: '42P01' });
    await lease.query({ text: 'CREATE TEMP TABLE made_later (id int)' });
    expect((await lease.query(statement)).rows).toEqual([]);
  });

  it('what is no statement is refused at once, and the session goes on', async () => {
    const nothing: { text: string } = JSON.parse('{"text":{"no":"text"}}');
    expect(await thrown(lease.query(nothing))).toBeInstanceOf(Error);
    expect(await sold()).toEqual([]);
  });

  it('a unit whose first statement failed takes no more of them and commits nothing', async () => {
    lease.giveBack();
    const unit = new UnitOfWork(contextJournal({ context: 'sales' }, async () => source));
    const run = runAs('sales', () =>
      unit.run(async () => {
        await unit.execute(insert.text, ['a', 'many']).catch(() => undefined);
        await unit.execute(insert.text, ['b', 1]);
      }),
    );
    expect(await thrown(run)).toBeInstanceOf(Error);
    lease = await poolOf(source).lease();
    expect(await sold()).toEqual([]);
  });

  it(`all that a unit writes, its events and both of its ends make ${trips.length} round trips`, async () => {
    lease.giveBack();
    const journal = contextJournal({ context: 'sales' }, async () => source);
    const unit = new UnitOfWork(journal);
    const made = await roundTripsOf(journal, () =>
      runAs('sales', () =>
        unit.run(async () => {
          for (const id of ['a', 'b']) unit.write(insert.text, [id, 1]);
          unit.append(`sale ${statements}`, 0, [new Sold({ saleId: 'a', amount: 1 })]);
        }),
      ),
    );
    expect(made.map((trip) => trip.map((text) => text.split(' ')[0]).join(', '))).toEqual(trips);
    lease = await poolOf(source).lease();
    expect(await sold()).toEqual(['a', 'b']);
  });

  it('of several statements that a session has not prepared each becomes known in its turn', async () => {
    const named = (text: string): { name: string; text: string } => ({ name: `spec-${text}`, text });
    const statements = ['SELECT 1 AS n', 'SELECT 2 AS n', 'SELECT 3 AS n'].map(named);
    for (let times = 0; times < 5; times += 1) {
      const results = await lease.inOrder<{ n: number }>(statements);
      expect(results.map(({ rows }) => rows[0]?.n)).toEqual([1, 2, 3]);
    }
    const { rows } = await lease.query<{ name: string }>({
      text: `SELECT name FROM pg_prepared_statements WHERE name LIKE 'spec-SELECT%' ORDER BY 1`,
    });
    expect(rows.map(({ name }) => name)).toEqual(statements.map(({ name }) => name));
  });

  it('what was skipped behind a failed statement is not taken for prepared', async () => {
    const later = { name: 'spec-behind', text: 'SELECT 7 AS n' };
    expect(await thrown(lease.inOrder([{ text: 'SELECT 1/0' }, later]))).toMatchObject({ code: '22012' });
    expect(await thrown(lease.inOrder([{ name: 'spec-fails', text: 'SELECT 1/0 AS n' }, later]))).toMatchObject({
      code: '22012',
    });
    for (let times = 0; times < 3; times += 1) expect((await lease.query(later)).rows).toEqual([{ n: 7 }]);
  });

  it('a named statement with a value that throws while it is written is refused, and the session still knows the statement', async () => {
    const statement = { name: 'spec-throwing', text: 'SELECT $1::jsonb AS found' };
    const throwing = {
      toPostgres: () => {
        throw new RangeError('not to be written');
      },
    };
    for (const ok of [{ a: 1 }, { a: 2 }]) {
      expect(await thrown(lease.query({ ...statement, values: [throwing] }))).toBeInstanceOf(RangeError);
      expect((await lease.query({ ...statement, values: [ok] })).rows).toEqual([{ found: ok }]);
    }
  });

  it('a name that the session knows for another text runs neither of them', async () => {
    await lease.query({ ...insert, values: ['a', 1] });
    expect(
      await thrown(lease.query({ name: insert.name, text: 'SELECT $1 AS id, $2 AS amount', values: ['b', 1] })),
    ).toBeInstanceOf(Error);
    expect(await sold()).toEqual(['a']);
  });
});
