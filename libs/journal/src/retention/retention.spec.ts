import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { until } from '@isolith/message-bus/testing';
import { checkRetention } from './retention.js';
import { Upkeep } from './upkeep.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { Sold } from '../testing/sample-sales.js';
import { InboxRetention } from './inbox-retention.js';
import { JournalRetention } from './journal-retention.js';

let sales: TestContext;
beforeAll(async () => {
  sales = await openTestContext({ context: 'sales' });
});
beforeEach(() =>
  sales.unit.run(() =>
    sales.unit.execute('TRUNCATE sales.journal, sales.inbox, sales.subscription_checkpoint RESTART IDENTITY'),
  ),
);
afterAll(() => sales.close());

const write = (sql: string, params: readonly unknown[] = []) => sales.unit.run(() => sales.unit.execute(sql, params));
const handled = (count: number, daysAgo: number) =>
  write(
    `INSERT INTO sales.inbox (consumer, message_id, recorded_at) SELECT '*', $2::text || '-' || n, now() - $2::float8 * interval '1 day' FROM generate_series(1, $1::int) AS n`,
    [count, daysAgo],
  );
const plain = (count: number, daysAgo: number, stream?: string) =>
  write(
    `INSERT INTO sales.journal (stream, version, type, schema_version, key, data, metadata, recorded_at)
    SELECT $3::text, CASE WHEN $3::text IS NULL THEN NULL ELSE n END, 'sales.sold', 1, 'k', '{}', '{}', now() - $2::int * interval '1 day' FROM generate_series(1, $1::int) AS n`,
    [count, daysAgo, stream ?? null],
  );
const served = (subscription: string, position: number) =>
  write('INSERT INTO sales.subscription_checkpoint (context, subscription, position) VALUES ($1, $2, $3)', [
    'mail',
    subscription,
    position,
  ]);
const count = async (from: string) =>
  (await sales.database.query(z.object({ count: z.coerce.number() }), `SELECT count(*) AS count FROM sales.${from}`))[0]
    ?.count;
const positions = async () =>
  (
    await sales.database.query(
      z.object({ position: z.coerce.number() }),
      'SELECT position FROM sales.journal ORDER BY position',
    )
  ).map(({ position }) => position);

async function all(retention: { deleteSome(): Promise<boolean> }): Promise<number> {
  let batches = 1;
  while (await retention.deleteSome()) batches += 1;
  return batches;
}

describe('an inbox', () => {
  it('keeps what is younger than its days and deletes the rest, batch by batch', async () => {
    await handled(25, 31);
    await handled(5, 29);
    expect(await all(new InboxRetention(sales.journal, 30, 10))).toBe(3);
    expect(await count('inbox')).toBe(5);
  });

  it('is cleared by two hosts at once without harm', async () => {
    await handled(200, 31);
    await handled(5, 1);
    await Promise.all([1, 2, 3].map(() => all(new InboxRetention(sales.journal, 30, 10))));
    await all(new InboxRetention(sales.journal, 30));
    expect(await count('inbox')).toBe(5);
  });

  it('is found by its index on time', async () => {
    await handled(3_000, 1);
    await handled(10, 31);
    await write('ANALYZE sales.inbox');
    const plan = await sales.unit.run(() =>
      sales.unit.query(
        z.object({ 'QUERY PLAN': z.string() }),
        "EXPLAIN SELECT consumer, message_id FROM sales.inbox WHERE recorded_at < now() - 30 * interval '1 day' ORDER BY recorded_at LIMIT 1000 FOR UPDATE SKIP LOCKED",
      ),
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('inbox_recorded_at');
  });
});

describe('a journal', () => {
  it('loses old events without a stream that every subscription has passed, and no other', async () => {
    await plain(5, 40); // 1..5
    await plain(2, 40, 'order-1'); // 6..7 belong to an aggregate
    await plain(5, 40); // 8..12, of which one subscription has seen 10
    await plain(3, 1); // 13..15
    await served('fast', 15);
    await served('slow', 10);
    expect(await all(new JournalRetention(sales.journal, 30, 3))).toBe(4);
    expect(await positions()).toEqual([6, 7, 11, 12, 13, 14, 15]);
  });

  it('goes on where it stopped, when subscriptions have come further and events have aged', async () => {
    await plain(4, 40);
    await plain(2, 10);
    await served('slow', 2);
    const retention = new JournalRetention(sales.journal, 30, 100);
    await all(retention);
    expect(await positions()).toEqual([3, 4, 5, 6]);
    await write('UPDATE sales.subscription_checkpoint SET position = 6');
    await all(retention);
    expect(await positions()).toEqual([5, 6]);
    await write("UPDATE sales.journal SET recorded_at = now() - interval '31 days'");
    await all(retention);
    expect(await positions()).toEqual([]);
  });

  it('without subscriptions keeps its days', async () => {
    await plain(3, 40);
    await plain(3, 1);
    await all(new JournalRetention(sales.journal, 30));
    expect(await positions()).toEqual([4, 5, 6]);
  });
});

describe('the upkeep of a context', () => {
  const keep = async (retention: object, done: () => Promise<boolean>) => {
    const problems: unknown[] = [];
    const upkeep = new Upkeep({
      journal: sales.journal,
      retention,
      everyMs: 5,
      report: (_message, error) => problems.push(error),
    });
    upkeep.start();
    await until(done);
    await upkeep.stop();
    expect(problems).toEqual([]);
  };

  it('keeps replies for thirty days and events for ever, unless told otherwise', async () => {
    const aQuarterOfAnHour = 0.01;
    await handled(1, 30 + aQuarterOfAnHour);
    await handled(1, 30 - aQuarterOfAnHour);
    await sales.unit.run(async () => sales.unit.append('s', 0, [new Sold({ saleId: 's', amount: 1 })]));
    await plain(1, 4_000);
    await keep({}, async () => (await count('inbox')) === 1);
    expect(await count('journal')).toBe(2);
    await keep(
      { inboxDays: 28, journalDays: 365 },
      async () => (await count('inbox')) === 0 && (await count('journal')) === 1,
    );
  });

  it('goes through what else is to be deleted until nothing is left; an error is reported, hinders nobody, and is tried again', async () => {
    const done: string[] = [];
    const problems: unknown[] = [];
    const failing = {
      deleteSome: async () => {
        if (done.push('tried') === 1) throw new Error('away');
        return false;
      },
    };
    const inTwoBatches = { deleteSome: async () => done.push('batch') === 2 };
    const upkeep = new Upkeep({
      journal: sales.journal,
      retention: {},
      more: [failing, inTwoBatches],
      everyMs: 5,
      report: (message, error) => problems.push({ message, error }),
    });
    upkeep.start();
    await until(() => done.filter((what) => what === 'tried').length > 1);
    await upkeep.stop();
    expect(done.slice(0, 4)).toEqual(['tried', 'batch', 'batch', 'tried']);
    expect(problems).toEqual([
      { message: 'what sales need not keep was not deleted; tried again later', error: new Error('away') },
    ]);
  });

  it.each([
    [{ inboxDays: 0 }, 'inboxDays'],
    [{ journalDays: 1.5 }, 'journalDays'],
    [{ inboxDays: Number.NaN }, 'inboxDays'],
  ])('refuses %j', (retention, field) => {
    expect(() => checkRetention('sales', retention)).toThrow(
      `sales: retention.${field} must be a whole number of days from 1 to 36500`,
    );
  });
});
