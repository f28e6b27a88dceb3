import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConcurrencyError, OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import { z, ZodError } from 'zod';
import { contextJournal, journalMigrations } from '../index.js';
import { SingleStatements } from './single-statements.js';
import { Databases } from '@isolith/postgres';
import { createServerDatabase, CutOff, SilentDoor } from '@isolith/postgres/testing';
import { CreateSale } from '../testing/sample-sales.js';

/** Longer than a machine that is busy keeps a statement waiting: what speaks must never be taken for silent. */
const ANSWER_MS = 1_500;
const WAIT_MS = 2_000;

const spec = { context: 'sales', entities: [], migrations: [...journalMigrations, CreateSale] };
const sale = z.object({ id: z.string(), amount: z.int() });
const insert = {
  name: 'spec-sell',
  text: 'INSERT INTO sales.sale (id, amount) VALUES ($1, $2) RETURNING id, amount',
} as const;
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing',
    (error: unknown) => error,
  );

let place: Awaited<ReturnType<typeof createServerDatabase>>;
/** Sees the database past the doors. */
let witnesses: Databases;
let databases: Databases | undefined;

const openAt = async (url: string): Promise<SingleStatements> => {
  databases = new Databases({
    targetOf: () => ({ kind: 'postgres', url, poolSize: 1 }),
    answerMs: ANSWER_MS,
    waitMs: WAIT_MS,
  });
  const source = await databases.open(spec);
  return new SingleStatements(contextJournal({ context: 'sales' }, async () => source));
};
const sold = async (): Promise<readonly string[]> => {
  const rows: unknown = await (await witnesses.open(spec)).query('SELECT id, amount FROM sales.sale ORDER BY id');
  return z
    .array(sale)
    .parse(rows)
    .map(({ id }) => id);
};

beforeAll(async () => {
  place = await createServerDatabase();
  witnesses = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }) });
});
beforeEach(async () => void (await (await witnesses.open(spec)).query('TRUNCATE sales.sale')));
afterEach(async () => {
  await databases?.close();
  databases = undefined;
});
afterAll(async () => {
  await witnesses.close();
  await place.drop();
});

describe('a statement that is a transaction of its own', () => {
  it('commits by itself and has its rows parsed', async () => {
    const single = await openAt(place.url);
    expect(await single.run(sale, insert, ['a', 1])).toEqual([{ id: 'a', amount: 1 }]);
    expect(await sold()).toEqual(['a']);
    expect(await thrownBy(single.run(z.object({ id: z.int() }), insert, ['b', 1]))).toBeInstanceOf(ZodError);
  });

  it('that is refused changes nothing, names no value, and its session goes on', async () => {
    const single = await openAt(place.url);
    await single.run(sale, insert, ['a', 1]);
    const error = await thrownBy(single.run(sale, insert, ['a', 2]));
    expect(error).toMatchObject({ code: '23505', detail: undefined });
    expect(await single.run(sale, insert, ['b', 1])).toEqual([{ id: 'b', amount: 1 }]);
    expect(await sold()).toEqual(['a', 'b']);
  });

  it('that met another one throws what a unit of work throws', async () => {
    const single = await openAt(place.url);
    expect(await thrownBy(single.run(sale, { text: "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$" }, []))).toBeInstanceOf(
      ConcurrencyError,
    );
  });

  it('that finds no connection free in time is OverloadedError: it was not sent', async () => {
    const single = await openAt(place.url);
    const runner = (await databases?.open(spec))?.createQueryRunner();
    await runner?.connect();
    expect(await thrownBy(single.run(sale, insert, ['a', 1]))).toBeInstanceOf(OverloadedError);
    await runner?.release();
    expect(await sold()).toEqual([]);
  });
});

describe('a connection that is lost', () => {
  it.each([
    ['everything', []],
    ['answers', ['a']],
  ] as const)('after it was sent, %s lost: nobody knows whether it was committed', async (what, there) => {
    const door = await SilentDoor.before(place.url);
    try {
      const single = await openAt(door.url(place.url));
      door.silence(what);
      expect(await thrownBy(single.run(sale, insert, ['a', 1]))).toBeInstanceOf(OutcomeUnknownError);
      expect(await sold()).toEqual(there);
    } finally {
      await databases?.close();
      await door.close();
    }
  });

  it('and can not be made again: may be sent again, and goes well once the server is back', async () => {
    const door = await CutOff.before(place.url);
    try {
      const single = await openAt(door.url(place.url));
      await door.shut();
      // The pool may not have heard of the loss yet; either way the connection, not the statement, is what failed.
      expect(await thrownBy(single.run(sale, insert, ['a', 1]))).toMatchObject({ retryable: true });
      expect(await thrownBy(single.run(sale, insert, ['a', 1]))).toMatchObject({ retryable: true });
      expect(await sold()).toEqual([]);
      await door.open();
      expect(await single.run(sale, insert, ['a', 1])).toEqual([{ id: 'a', amount: 1 }]);
    } finally {
      await databases?.close();
      await door.shut();
    }
  });
});
