import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import { requireScope, runAs } from '@isolith/message-bus';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { until } from '@isolith/message-bus/testing';
import { contextJournal, ContextDatabase, journalMigrations, UnitOfWork, type ContextJournal } from '../index.js';
import { FencedReader } from '../relay/fenced-reader.js';
import { SubscriptionRelays } from '../relay/subscription-relays.js';
import { Databases } from '@isolith/postgres';
import { createServerDatabase, CutOff } from '@isolith/postgres/testing';
import { CreateSale, Sold } from '../testing/sample-sales.js';

const WRITERS = 8;
const POOL = 5;

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let door: CutOff;
let databases: Databases;
let source: DataSource;
let journal: ContextJournal;
let witnesses: Databases;
/** Sees the database past the door. */
let witness: DataSource;

beforeAll(async () => {
  place = await createServerDatabase();
  door = await CutOff.before(place.url);
  databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: door.url(place.url), poolSize: POOL }) });
  const spec = { context: 'sales', entities: [], migrations: [...journalMigrations, CreateSale] };
  source = await databases.open(spec);
  journal = contextJournal({ context: 'sales' }, async () => source);
  witnesses = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }) });
  witness = await witnesses.open(spec);
});
afterAll(async () => {
  await databases.close();
  await witnesses.close();
  await door.shut();
  await place.drop();
});

/** Writers that each record one sale and its event per unit, again and again, whatever happens. */
class Load {
  readonly acknowledged: string[] = [];
  readonly errors: unknown[] = [];
  private stopping = false;
  private readonly running: Promise<unknown>;
  private readonly unit = new UnitOfWork(journal);

  constructor(readonly name: string) {
    this.running = Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.write(writer)));
  }

  /** Resolves when every caller has written again, `each` times on average. */
  async flows(each = 20): Promise<void> {
    const before = this.acknowledged.length;
    await until(() => this.acknowledged.length >= before + each * WRITERS);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async write(writer: number): Promise<void> {
    for (let nth = 0; !this.stopping; nth += 1) {
      const id = `${this.name}-${writer}-${nth}`;
      try {
        await runAs('sales', () =>
          this.unit.run(async () => {
            await this.unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, 1)', [id]);
            requireScope().unit?.append(new Sold({ saleId: id, amount: 1 }));
          }),
        );
        this.acknowledged.push(id);
      } catch (error) {
        this.errors.push(error);
        await sleep(1);
      }
    }
  }
}

const idsIn = async (sql: string): Promise<string[]> =>
  z
    .array(z.object({ id: z.string() }))
    .parse(await witness.query(sql))
    .map(({ id }) => id);

describe('a server that goes away under load and comes back', () => {
  const delivered: string[] = [];
  let relays: SubscriptionRelays;
  let load: Load | undefined;

  beforeEach(async () => {
    relays = new SubscriptionRelays({
      deliver: async ({ subject }) => void delivered.push(subject ?? ''),
      report: () => undefined,
      pollMs: 10,
    });
    const letters = { context: 'mail', subscription: 'letters', events: [Sold.contract], from: 'beginning' } as const;
    await relays.serve({ journal, subscriptions: [letters], reader: new FencedReader(journal) });
  });
  afterEach(async () => {
    await load?.stop();
    await relays.drain(AbortSignal.timeout(5_000));
  });

  const ways: readonly [string, () => Promise<void>][] = [
    [
      'connections cut, new ones refused for a while',
      async () => {
        await door.shut();
        const before = load?.errors.length ?? 0;
        await until(() => (load?.errors.length ?? 0) >= before + 3 * WRITERS);
        await door.open();
      },
    ],
    [
      'every session terminated by the server, three times',
      async () => {
        for (let round = 0; round < 3; round += 1) {
          await witness.query(
            'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
          );
          await load?.flows(5);
        }
      },
    ],
  ];
  it.each(ways)(
    '%s: units in it fail with what may have happened, nothing acknowledged is lost, all goes on by itself',
    async (way, happen) => {
      load = new Load(way.slice(0, 11));
      const { acknowledged, errors, name } = load;
      await load.flows();
      await happen();
      await load.flows();
      await load.stop();

      expect(errors.length).toBeGreaterThan(0);
      expect(
        errors.filter((error) => !(error instanceof OutcomeUnknownError || error instanceof OverloadedError)),
      ).toEqual([]);
      const rows = new Set(await idsIn(`SELECT id FROM sales.sale WHERE id LIKE '${name}%'`));
      expect(acknowledged.filter((id) => !rows.has(id))).toEqual([]);
      // State and events have committed together, also where nobody was told.
      const recorded = await idsIn(`SELECT key AS id FROM sales.journal WHERE key LIKE '${name}%'`);
      expect(recorded.toSorted()).toEqual([...rows].toSorted());
      await until(() => recorded.every((id) => delivered.includes(id)));
      expect(await databases.health()).toEqual([{ context: 'sales', ok: true }]);
    },
  );

  it('tells readers and health the same way while it is away', async () => {
    await door.shut();
    const read: unknown = await new ContextDatabase(journal).query(z.object({}), 'SELECT 1').then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(read).toBeInstanceOf(OutcomeUnknownError);
    expect(read).toMatchObject({
      status: 504,
      retryable: true,
      message: expect.stringContaining('the connection to the database was lost or could not be made'),
    });
    expect(await databases.health()).toEqual([{ context: 'sales', ok: false, detail: expect.any(String) }]);
    await door.open();
    await until(async () => (await databases.health()).every(({ ok }) => ok));
  });
});
