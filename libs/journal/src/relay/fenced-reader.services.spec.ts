import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConcurrencyError } from '@isolith/contracts';
import { requireScope, runAs } from '@isolith/message-bus';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { contextJournal, Databases, FencedReader, journalMigrations, UnitOfWork, type ContextJournal, type JournalReader } from '../index.js';
import { createServerDatabase } from '../testing/index.js';
import { Sold } from '../testing/sample-sales.js';
import { JournalTable, type JournalBatch } from './journal-reader.js';

const WRITERS = 16;
const UNITS_EACH = 40;

/** What a reader would be that trusts positions alone: the mistake that the fence is there for. */
class PositionOnlyReader implements JournalReader {
  private readonly table: JournalTable;

  constructor(journal: ContextJournal) {
    this.table = new JournalTable(journal);
  }

  readAfter(after: number, types: readonly string[], limit: number): Promise<JournalBatch> {
    return this.table.use(async (client) => this.table.between(client, after, await this.table.end(client), types, limit));
  }

  end(): Promise<number> {
    return this.table.use((client) => this.table.end(client));
  }
}

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let databases: Databases;
let source: DataSource;
let journal: ContextJournal;
let unit: UnitOfWork;

beforeAll(async () => {
  place = await createServerDatabase();
  databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: WRITERS + 3 }) });
  source = await databases.open({ context: 'sales', entities: [], migrations: journalMigrations });
  journal = contextJournal('sales', async () => source);
  unit = new UnitOfWork(journal);
  // Between the drawing of a position and its commit passes a time of 0 to 4 ms, so that commits overtake each other all the time.
  await source.query(`CREATE FUNCTION sales.linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(random() * 0.004); RETURN NULL; END'`);
  await source.query('CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON sales.journal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sales.linger()');
});
beforeEach(() => source.query('TRUNCATE sales.journal RESTART IDENTITY'));
afterAll(async () => {
  await databases.close();
  await place.drop();
});

const types = [Sold.contract.name];

/** Follows the journal until `done` and nothing more comes; tells the keys of the events in the order in which it saw them. */
async function follow(reader: JournalReader, done: () => boolean): Promise<string[]> {
  const seen: string[] = [];
  let position = 0;
  for (;;) {
    const finished = done();
    const { events, upTo } = await reader.readAfter(position, types, 64);
    seen.push(...events.map(({ envelope }) => z.object({ saleId: z.string() }).parse(envelope.data).saleId));
    const caughtUp = upTo === position && upTo >= (await reader.end());
    position = upTo;
    if (finished && caughtUp) return seen;
  }
}

/** Some units begin with a statement, some are one statement, some lose a race for a stream's version and roll back after they drew positions. */
async function write(writer: number): Promise<void> {
  for (let nth = 0; nth < UNITS_EACH; nth += 1) {
    const sale = (more = '') => new Sold({ saleId: `${writer}-${nth}${more}`, amount: 1 });
    const work = runAs('sales', () =>
      unit.run(async () => {
        if (nth % 3 === 0) await unit.execute('SELECT 1');
        if (nth % 4 === 1) unit.append('contended', nth, [sale(), sale('b')]);
        else requireScope().unit?.append(sale());
      }),
    );
    await work.catch((error: unknown) => {
      if (!(error instanceof ConcurrencyError)) throw error;
    });
  }
}

describe(`${WRITERS} writers at once, some of whose units roll back`, () => {
  it('lose no event to a fenced reader, and lose some to one that trusts positions', async () => {
    let writing = true;
    const done = (): boolean => !writing;
    const readers = Promise.all([follow(new FencedReader(journal), done), follow(new PositionOnlyReader(journal), done)]);
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    writing = false;
    const [fenced, positionOnly] = await readers;

    const stored = z.array(z.object({ id: z.string() })).parse(await source.query(`SELECT data->>'saleId' AS id FROM sales.journal ORDER BY position`)).map(({ id }) => id);
    const [{ drawn }] = z.tuple([z.object({ drawn: z.coerce.number() })]).parse(await source.query('SELECT last_value AS drawn FROM sales.journal_position_seq'));
    expect(drawn).toBeGreaterThan(stored.length);
    expect(fenced).toEqual(stored);
    expect(positionOnly.length).toBeLessThan(stored.length);
  });
});

describe('a position whose transaction is still open', () => {
  it.each([['commits', 'COMMIT', ['slow', 'fast']], ['rolls back', 'ROLLBACK', ['fast']]])('holds the fence until that %s', async (_, end, expected) => {
    const slow = source.createQueryRunner();
    await slow.startTransaction();
    const row = (key: string) => `INSERT INTO sales.journal (type, schema_version, key, data, metadata) SELECT '${Sold.contract.name}', 1, '${key}',
      '{"saleId":"${key}","amount":1}', '{"id":"${key}","correlationid":"c","principal":{"service":"sales","roles":[]}}' WHERE pg_current_xact_id() IS NOT NULL`;
    await slow.query(row('slow'));
    await source.query(row('fast'));
    const reader = new FencedReader(journal);
    const before = await reader.readAfter(0, types, 10);
    expect(before).toEqual({ events: [], upTo: 0 });
    const careless = await new PositionOnlyReader(journal).readAfter(0, types, 10);
    expect(careless).toMatchObject({ events: [{ position: 2 }], upTo: 2 });
    await slow.query(end);
    await slow.release();
    const after = await reader.readAfter(0, types, 10);
    expect(after.events.map(({ envelope }) => envelope.subject)).toEqual(expected);
    expect(after.upTo).toBe(2);
  });
});
