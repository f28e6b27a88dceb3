import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import type { DataSource, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { ConnectionLease } from '@isolith/postgres/internal';
import { contextJournal } from '../index.js';
import { FencedReader } from './fenced-reader.js';
import type { JournalBatch } from './journal-reader.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { Door } from '../testing/sample-letters.js';
import { Returned, Sold } from '../testing/sample-sales.js';

// Embedded: there nobody else has a transaction, of which those of a whole server would count.
let sales: TestContext;
let source: DataSource;
let reader: FencedReader;
/** What the reader's next statements have to pass on their way to the database, one each. */
const doors: (() => Promise<void>)[] = [];
const sent = jest.spyOn(ConnectionLease.prototype, 'query');
let definition: string;

beforeAll(async () => {
  sales = await openTestContext({ context: 'sales' });
  source = await sales.journal.dataSource();
  [{ definition }] = z
    .tuple([z.object({ definition: z.string() })])
    .parse(await source.query("SELECT pg_get_functiondef('sales.journal_news'::regproc) AS definition"));
});
beforeEach(async () => {
  sent.mockClear();
  await source.query('TRUNCATE sales.journal RESTART IDENTITY');
  const behindDoors = contextJournal({ context: 'sales' }, async () => {
    await doors.shift()?.();
    return source;
  });
  reader = new FencedReader(behindDoors);
});
afterEach(async () => {
  doors.splice(0);
  await release();
});
afterAll(async () => {
  sent.mockRestore();
  await sales.close();
});

/** From now on every fence is held, as by a transaction that stays open. */
const hold = () => source.query(definition.replaceAll(/passed := [^;]+;/g, 'passed := false;'));
const release = () => source.query(definition);

const types = [Sold.contract.name];
const sell = (...ids: readonly string[]) =>
  sales.unit.run(async () =>
    sales.unit.append(
      ids.join(),
      0,
      ids.map((saleId) => new Sold({ saleId, amount: 1 })),
    ),
  );
const read = (after = 0, limit = 10) => reader.readAfter(after, types, limit);
const shown = ({ events, upTo, more }: JournalBatch) => ({
  found: events.map(({ envelope }) => envelope.subject),
  upTo,
  more,
});
const outcome = (reading: Promise<JournalBatch>) =>
  reading.then(shown, (error: unknown) => (error instanceof Error ? error.message : error));

/** The statements that the reader sent meanwhile. */
async function sentBy(work: () => Promise<unknown>) {
  sent.mockClear();
  await work();
  return sent.mock.calls.map(([statement]) => statement);
}
/** How many fences the looks since then were about. */
async function fences(): Promise<number> {
  const results = await Promise.all(sent.mock.results.map(({ value }) => value));
  const rows = results.flatMap(
    (result) => z.object({ rows: z.array(z.object({ raised: z.string().nullish() })) }).parse(result).rows,
  );
  return new Set(rows.map(({ raised }) => raised ?? undefined).filter((xid) => xid !== undefined)).size;
}
/** Resolves when a look has been held, and the one behind it is on its way. */
const lookedTwice = () => until(() => sent.mock.calls.filter(([statement]) => isLook(statement)).length > 1);
const isLook = ({ text }: { readonly text: string }) => text.includes('journal_news');

/** What a session has done so far that runs `work` in a transaction of its own. */
async function inTransaction<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  try {
    return await work(runner);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}
const drew = async (runner: QueryRunner) =>
  z
    .tuple([z.object({ xid: z.string().nullable() })])
    .parse(await runner.query('SELECT pg_current_xact_id_if_assigned()::text AS xid'))[0].xid !== null;

describe('a read at the frontier', () => {
  it('of new events is one named statement', async () => {
    await sell('a', 'b');
    const statements = await sentBy(async () =>
      expect(shown(await read())).toEqual({ found: ['a', 'b'], upTo: 2, more: false }),
    );
    expect(statements).toEqual([
      expect.objectContaining({
        name: expect.stringMatching(/^isolith-/),
        text: expect.stringContaining('journal_news'),
      }),
    ]);
  });

  it('says so when the limit has left some of them', async () => {
    await sell('a', 'b', 'c');
    expect(shown(await read(0, 2))).toEqual({ found: ['a', 'b'], upTo: 2, more: true });
    const statements = await sentBy(async () =>
      expect(shown(await read(2, 2))).toEqual({ found: ['c'], upTo: 3, more: true }),
    );
    expect(statements.filter(isLook)).toEqual([]);
    expect(shown(await read(3, 2))).toEqual({ found: [], upTo: 3, more: false });
  });

  it('that finds nothing new is one statement and draws no transaction id', async () => {
    await sell('a');
    await read();
    const [idle, ...others] = await sentBy(async () =>
      expect(shown(await read(1))).toEqual({ found: [], upTo: 1, more: false }),
    );
    expect(others).toEqual([]);
    const again = (runner: QueryRunner): Promise<unknown> => runner.query(idle?.text ?? '', [...(idle?.values ?? [])]);
    expect(await inTransaction(async (runner) => [await again(runner), await drew(runner)])).toEqual([
      [expect.objectContaining({ raised: null })],
      false,
    ]);
    await sell('b');
    expect(await inTransaction(async (runner) => [await again(runner), await drew(runner)])).toEqual([
      [expect.objectContaining({ raised: expect.any(String) })],
      true,
    ]);
  });

  it('draws none for another subscription that comes to what is known to be safe', async () => {
    await sell('a', 'b');
    await read();
    const statements = await sentBy(async () =>
      expect(shown(await read(1))).toEqual({ found: ['b'], upTo: 2, more: true }),
    );
    expect(statements.filter(isLook)).toEqual([]);
    expect((await reader.readAfter(0, [Returned.contract.name], 10)).upTo).toBe(2);
  });

  it('goes by position, also in a session that planned it when to read everything and sort was the least', async () => {
    await sell('a', 'b');
    await source.query('ANALYZE sales.journal');
    const [look] = await sentBy(() => read());
    // What the session has done and not yet reported counts too, so only a difference says something.
    const scans = async (runner: QueryRunner) =>
      z
        .tuple([z.object({ n: z.int() })])
        .parse(
          await runner.query(
            `SELECT seq_scan::int AS n FROM pg_stat_xact_user_tables WHERE relid = 'sales.journal'::regclass`,
          ),
        )[0].n;
    const done = await inTransaction(async (runner) => {
      const before = await scans(runner);
      const found: unknown = await runner.query(look?.text ?? '', [...(look?.values ?? [])]);
      return { found, scans: (await scans(runner)) - before };
    });
    expect(done).toMatchObject({ found: [{ position: '1' }, { position: '2' }], scans: 0 });
  });

  it('is refused inside a transaction that has an id: a fence is no fence when its id is older than the end', async () => {
    await sell('a');
    const [look] = await sentBy(() => read());
    const late = inTransaction(async (runner) => {
      await runner.query('SELECT pg_current_xact_id()');
      return runner.query(look?.text ?? '', [...(look?.values ?? [])]);
    });
    await expect(late).rejects.toThrow('journal_news must be a transaction of its own');
  });
});

describe('readers of one journal', () => {
  it('that ask at once share two looks, one of which draws a transaction id', async () => {
    await sell('a', 'b');
    let batches: readonly JournalBatch[] = [];
    const statements = await sentBy(
      async () => void (batches = await Promise.all(Array.from({ length: 10 }, () => read()))),
    );
    expect(batches.map(shown)).toEqual(Array.from({ length: 10 }, () => ({ found: ['a', 'b'], upTo: 2, more: false })));
    expect(statements.filter(isLook)).toHaveLength(2);
    expect(await fences()).toBe(1);
  });

  it('that ask while somebody looks do not go by that look: it misses what was committed before they asked', async () => {
    await sell('a');
    await hold();
    const first = read();
    await lookedTwice();
    await sell('b');
    const second = read().then(shown);
    await release();
    const [, { found, more }] = await Promise.all([first, second]);
    expect(found.includes('b') || more).toBe(true);
  });

  it('are not failed by the look that they waited for', async () => {
    const door = new Door();
    await sell('a');
    doors.push(
      () => door.pass(),
      () => Promise.reject(new Error('no connection')),
    );
    // The first looks; then the second does, for itself and those who wait with it, and fails; the third looks for
    // itself and the last.
    const reading = Promise.all([read(), read(), read(), read()].map(outcome));
    await door.reached;
    door.open();
    const found = { found: ['a'], upTo: 1, more: false };
    expect(await reading).toEqual([found, 'no connection', found, found]);
  });
});

describe('a fence that an earlier read gave up on', () => {
  it('is what the next read looks at; behind it there may be more', async () => {
    await sell('a');
    await hold();
    const held = await sentBy(async () => expect(shown(await read())).toEqual({ found: [], upTo: 0, more: true }));
    expect(held.length).toBeGreaterThan(1);
    expect(await fences()).toBe(1);
    await sell('b');
    await release();
    const statements = await sentBy(async () =>
      expect(shown(await read())).toEqual({ found: ['a'], upTo: 1, more: true }),
    );
    expect(statements).toEqual([expect.objectContaining({ values: held.at(-1)?.values })]);
    expect(shown(await read(1))).toEqual({ found: ['b'], upTo: 2, more: false });
  });

  it('that is passed in the look of another says nothing to those who waited for it: they look themselves', async () => {
    await sell('a');
    await hold();
    await read();
    await sell('b');
    await release();
    doors.push(() => Promise.reject(new Error('no connection')));
    const reading = [read(), read(1), read(1)].map(outcome);
    expect(await Promise.all(reading)).toEqual([
      'no connection',
      { found: [], upTo: 1, more: true },
      { found: ['b'], upTo: 2, more: false },
    ]);
  });

  it('holds all who ask, and they raise no other', async () => {
    await sell('a');
    await hold();
    const held = [read(), read(), read()].map(async (reading) => ({
      ...shown(await reading),
      looks: sent.mock.calls.length,
    }));
    const [first, second, third] = await Promise.all(held);
    expect([first, second]).toMatchObject([
      { found: [], upTo: 0, more: true },
      { found: [], upTo: 0, more: true },
    ]);
    // What has not been passed since the third has asked is not looked at again for it.
    expect(third).toEqual(second);
    expect(await fences()).toBe(1);
  });
});
