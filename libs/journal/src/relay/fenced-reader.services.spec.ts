import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConcurrencyError } from '@isolith/contracts';
import { requireScope, runAs } from '@isolith/message-bus';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { contextJournal, journalMigrations, UnitOfWork, type ContextJournal } from '../index.js';
import { FencedReader } from './fenced-reader.js';
import type { JournalReader } from './journal-reader.js';
import { Databases } from '@isolith/postgres';
import { createServerDatabase } from '@isolith/postgres/testing';
import { Sold } from '../testing/sample-sales.js';
import { PositionOnlyReader } from './spec-support/position-only-reader.js';
import { TransactionOrderReader } from './spec-support/transaction-order-reader.js';

const WRITERS = 16;
const UNITS_EACH = 40;
/** Fewer than writers, so that they meet. */
const KEYS = 5;
/** A wrong reader fails in the first of them, all but always. */
const ROUNDS = 5;

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let databases: Databases;
let source: DataSource;
let journal: ContextJournal;
let unit: UnitOfWork;

beforeAll(async () => {
  place = await createServerDatabase();
  databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: WRITERS + 4 }) });
  source = await databases.open({ context: 'sales', entities: [], migrations: journalMigrations });
  journal = contextJournal({ context: 'sales' }, async () => source);
  unit = new UnitOfWork(journal);
  // Between the drawing of a position and its commit passes a time of 0 to 4 ms, so that commits overtake each other
  // all the time.
  await source.query(
    `CREATE FUNCTION sales.linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(random() * 0.004); RETURN NULL; END'`,
  );
  await source.query(
    'CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON sales.journal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sales.linger()',
  );
  await source.query('CREATE TABLE sales.note (n integer)');
  await source.query('CREATE TABLE sales.counter (key text PRIMARY KEY, amount integer NOT NULL)');
  await source.query(`INSERT INTO sales.counter SELECT 'k' || n, 0 FROM generate_series(0, ${KEYS - 1}) AS n`);
});
beforeEach(() => source.query('TRUNCATE sales.journal RESTART IDENTITY'));
afterAll(async () => {
  await databases.close();
  await place.drop();
});

const types = [Sold.contract.name];
const sale = z.object({ saleId: z.string(), amount: z.number() });
const row = z.object({ key: z.string(), amount: z.coerce.number() });

/**
 * Follows the journal until `done` and nothing more comes; tells the events as `key amount`, in the order in which it
 * saw them.
 */
async function follow(reader: JournalReader, done: () => boolean): Promise<string[]> {
  const seen: string[] = [];
  let position = 0;
  for (;;) {
    const finished = done();
    const { events, upTo } = await reader.readAfter(position, types, 64);
    seen.push(
      ...events.map(({ envelope }) => sale.parse(envelope.data)).map(({ saleId, amount }) => `${saleId} ${amount}`),
    );
    const caughtUp = upTo === position && upTo >= (await reader.end());
    position = upTo;
    if (finished && caughtUp) return seen;
  }
}

/**
 * The events of a key are numbered under the lock of its row. Some units write something else before, and so have a
 * transaction id long before they have the lock; some are one statement of another key; some lose a race for a stream's
 * version and roll back after they drew positions.
 */
async function write(writer: number): Promise<void> {
  for (let nth = 0; nth < UNITS_EACH; nth += 1) {
    const work = runAs('sales', () =>
      unit.run(async () => {
        const own = `${writer}-${nth}`;
        if (nth % 3 === 0) return requireScope().unit?.append(new Sold({ saleId: own, amount: 1 }));
        if (nth % 4 === 1)
          return unit.append('contended', nth, [
            new Sold({ saleId: own, amount: 1 }),
            new Sold({ saleId: own, amount: 2 }),
          ]);
        if (nth % 2 === 0) await unit.execute('INSERT INTO sales.note VALUES (1)');
        const key = `k${(writer + nth) % KEYS}`;
        const [next] = await unit.query(
          row,
          'UPDATE sales.counter SET amount = amount + 1 WHERE key = $1 RETURNING key, amount',
          [key],
        );
        requireScope().unit?.append(new Sold({ saleId: key, amount: next?.amount ?? 0 }));
      }),
    );
    await work.catch((error: unknown) => {
      if (!(error instanceof ConcurrencyError)) throw error;
    });
  }
}

interface Verdict {
  readonly lost: number;
  /** Keys whose events came in another order than that of their numbers. */
  readonly inverted: number;
}

/** What is wrong with what a reader saw, whichever reader it is. */
function judge(seen: readonly string[], stored: readonly string[]): Verdict {
  const all = new Set(seen);
  const last = new Map<string, number>();
  const inverted = new Set<string>();
  for (const [key = '', amount] of seen.map((each) => each.split(' '))) {
    if (Number(amount) < (last.get(key) ?? 0)) inverted.add(key);
    last.set(key, Number(amount));
  }
  return { lost: stored.filter((each) => !all.has(each)).length, inverted: inverted.size };
}

/** All writers once, with these readers beside them. */
async function round(readers: readonly JournalReader[]): Promise<Verdict[]> {
  await source.query('TRUNCATE sales.journal RESTART IDENTITY');
  await source.query('UPDATE sales.counter SET amount = 0');
  let writing = true;
  const following = Promise.all(readers.map((reader) => follow(reader, () => !writing)));
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  writing = false;
  const stored = z
    .array(row)
    .parse(await source.query(`SELECT key, data->>'amount' AS amount FROM sales.journal`))
    .map(({ key, amount }) => `${key} ${amount}`);
  const [{ drawn }] = z
    .tuple([z.object({ drawn: z.coerce.number() })])
    .parse(await source.query('SELECT last_value AS drawn FROM sales.journal_position_seq'));
  expect(drawn).toBeGreaterThan(stored.length);
  return (await following).map((seen) => judge(seen, stored));
}

describe(`${WRITERS} writers at once, some of whose units roll back`, () => {
  it('lose no event to a fenced reader and invert no key; both happens to readers that go by less', async () => {
    const wrong = { lost: 0, inverted: 0 };
    for (let nth = 0; nth < ROUNDS && (wrong.lost === 0 || wrong.inverted === 0); nth += 1) {
      const [fenced, byPosition, byTransaction] = await round([
        new FencedReader(journal),
        new PositionOnlyReader(journal),
        new TransactionOrderReader(journal),
      ]);
      expect(fenced).toEqual({ lost: 0, inverted: 0 });
      wrong.lost += byPosition?.lost ?? 0;
      wrong.inverted += byTransaction?.inverted ?? 0;
      expect(byTransaction?.lost).toBe(0);
    }
    expect(wrong.lost).toBeGreaterThan(0);
    expect(wrong.inverted).toBeGreaterThan(0);
  });
});

describe('a position whose transaction is still open', () => {
  it.each([
    ['commits', 'COMMIT', ['slow', 'fast']],
    ['rolls back', 'ROLLBACK', ['fast']],
  ])('holds the fence until that %s', async (_, end, expected) => {
    const slow = source.createQueryRunner();
    await slow.startTransaction();
    const row = (
      key: string,
    ) => `INSERT INTO sales.journal (type, schema_version, key, data, metadata) SELECT '${Sold.contract.name}', 1, '${key}',
      '{"saleId":"${key}","amount":1}', '{"id":"${key}","correlationid":"c","principal":{"service":"sales","roles":[]}}' WHERE pg_current_xact_id() IS NOT NULL`;
    await slow.query(row('slow'));
    await source.query(row('fast'));
    const reader = new FencedReader(journal);
    const before = await reader.readAfter(0, types, 10);
    expect(before).toEqual({ events: [], upTo: 0, more: true, held: true });
    const careless = await new PositionOnlyReader(journal).readAfter(0, types, 10);
    expect(careless).toMatchObject({ events: [{ position: 2 }], upTo: 2 });
    await slow.query(end);
    await slow.release();
    const after = await reader.readAfter(0, types, 10);
    expect(after.events.map(({ envelope }) => envelope.subject)).toEqual(expected);
    expect(after.upTo).toBe(2);
  });
});
