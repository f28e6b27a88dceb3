import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAs } from '@isolith/message-bus';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { poolOf } from './context-pool.js';
import { Databases } from './databases.js';
import type { Lease } from './lease.js';
import { contextJournal, journalMigrations, UnitOfWork } from '../index.js';
import { createServerDatabase } from '../testing/index.js';
import { CreateSale } from '../testing/sample-sales.js';

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let databases: Databases;
let source: DataSource;
/** The only connection: what one test leaves in its session, the next meets. */
let lease: Lease;

const insert = { name: 'spec-insert', text: 'INSERT INTO sales.sale (id, amount) VALUES ($1, $2)' } as const;
const sold = async (): Promise<readonly string[]> => {
  const { rows } = await lease.query<unknown>({ text: 'SELECT id FROM sales.sale ORDER BY id' });
  return z.array(z.object({ id: z.string() })).parse(rows).map(({ id }) => id);
};
const thrown = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'nothing', (error: unknown) => error);

beforeAll(async () => {
  place = await createServerDatabase();
});
beforeEach(async () => {
  databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }) });
  source = await databases.open({ context: 'sales', entities: [], migrations: [...journalMigrations, CreateSale] });
  await source.query('TRUNCATE sales.sale');
  lease = await poolOf(source).lease();
  // From here on the session knows BEGIN and COMMIT, so that they can be sent together with others.
  await lease.begin();
  await lease.commit();
});
afterEach(async () => {
  lease.giveBack();
  await databases.close();
});
afterAll(() => place.drop());

describe('a first statement with its BEGIN', () => {
  it('is in a transaction', async () => {
    await lease.beginWith({ ...insert, values: ['a', 1] });
    await lease.rollback();
    expect(await sold()).toEqual([]);
    await lease.beginWith({ ...insert, values: ['a', 1] });
    expect(await lease.commit()).toBe('COMMIT');
    expect(await sold()).toEqual(['a']);
  });

  it('that is refused leaves a transaction that cannot commit, and a session that goes on', async () => {
    expect(await thrown(lease.beginWith({ ...insert, values: ['a', 'many'] }))).toMatchObject({ code: '22P02' });
    expect(await lease.commit()).toBe('ROLLBACK');
    await lease.beginWith({ ...insert, values: ['b', 1] });
    expect(await lease.commit()).toBe('COMMIT');
    expect(await sold()).toEqual(['b']);
  });

  it('whose BEGIN is refused does not run, let alone commit by itself', async () => {
    await lease.beginWith({ ...insert, values: ['a', 1] });
    // The transaction has failed: BEGIN is refused now, and all that comes with it is skipped.
    await thrown(lease.query({ text: 'SELECT 1/0' }));
    expect(await thrown(lease.beginWith({ name: 'spec-skipped', text: 'INSERT INTO sales.sale (id, amount) VALUES ($1, 2)', values: ['b'] }))).toMatchObject({ code: '25P02' });
    await lease.rollback();
    expect(await sold()).toEqual([]);
    // What was skipped is not taken for prepared.
    await lease.query({ name: 'spec-skipped', text: 'INSERT INTO sales.sale (id, amount) VALUES ($1, 2)', values: ['c'] });
    expect(await sold()).toEqual(['c']);
  });
});

describe('a last statement with its COMMIT', () => {
  it('commits what came before and itself', async () => {
    await lease.beginWith({ ...insert, values: ['a', 1] });
    expect(await lease.commitWith({ ...insert, values: ['b', 1] })).toBe('COMMIT');
    expect(await sold()).toEqual(['a', 'b']);
  });

  it('that is refused commits nothing', async () => {
    await lease.beginWith({ ...insert, values: ['a', 1] });
    expect(await thrown(lease.commitWith({ ...insert, values: ['a', 1] }) ?? Promise.resolve())).toMatchObject({ code: '23505' });
    await lease.rollback();
    expect(await sold()).toEqual([]);
  });

  it('is not sent when only the driver can write its values', async () => {
    await lease.beginWith({ ...insert, values: ['a', 1] });
    expect(lease.commitWith({ text: 'SELECT $1::timestamptz', values: [new Date()] })).toBeUndefined();
    await lease.rollback();
  });

  it('whose constraint is looked at with the COMMIT commits nothing either', async () => {
    await lease.query({ text: 'CREATE TEMP TABLE late (id int, UNIQUE (id) DEFERRABLE INITIALLY DEFERRED)' });
    await lease.beginWith({ text: 'INSERT INTO late VALUES (1)' });
    expect(await thrown(lease.commitWith({ text: 'INSERT INTO late VALUES (1)' }) ?? Promise.resolve())).toMatchObject({ code: '23505' });
    await lease.rollback();
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
  const unit = new UnitOfWork(contextJournal('sales', async () => source));
  const run = runAs('sales', () => unit.run(async () => {
    await unit.execute(insert.text, ['a', 'many']).catch(() => undefined);
    await unit.execute(insert.text, ['b', 1]);
  }));
  expect(await thrown(run)).toBeInstanceOf(Error);
  lease = await poolOf(source).lease();
  expect(await sold()).toEqual([]);
});

it('a named statement with a value that throws while it is written is refused, and the session still knows the statement', async () => {
  const statement = { name: 'spec-throwing', text: 'SELECT $1::jsonb AS found' };
  const throwing = { toPostgres: () => { throw new RangeError('not to be written'); } };
  for (const ok of [{ a: 1 }, { a: 2 }]) {
    expect(await thrown(lease.query({ ...statement, values: [throwing] }))).toBeInstanceOf(RangeError);
    expect((await lease.query({ ...statement, values: [ok] })).rows).toEqual([{ found: ok }]);
  }
});

it('a name that the session knows for another text runs neither of them', async () => {
  await lease.query({ ...insert, values: ['a', 1] });
  expect(await thrown(lease.query({ name: insert.name, text: 'SELECT $1 AS id, $2 AS amount', values: ['b', 1] }))).toBeInstanceOf(Error);
  expect(await sold()).toEqual(['a']);
});
