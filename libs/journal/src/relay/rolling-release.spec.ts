import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { until } from '@isolith/message-bus/testing';
import type { Deliver } from '../subscriptions/subscriber.js';
import { Returned, Sold } from '../testing/sample-sales.js';
import { LeaseTable } from '../subscriptions/lease-table.js';
import type { JournalRelays } from './journal-relays.js';
import { deaf } from './spec-support/deaf.js';
import type { SalesAndMail } from './spec-support/sales-and-mail.js';
import { withSalesAndMail } from './spec-support/with-sales-and-mail.js';

let shop: SalesAndMail;
let delivered: string[];
withSalesAndMail((given) => ([shop, delivered] = [given, []]));

const SOLD = Sold.contract.name;
const RETURNED = Returned.contract.name;
const LETTERS = { context: 'mail', subscription: 'letters' };
const deliver: Deliver = async ({ type }) => void delivered.push(type);
const leads = async (host: JournalRelays) => (await host.status())[0]?.leader;
const record = (...events: readonly object[]) =>
  shop.sales.unit.run(async () => shop.sales.unit.append(randomUUID(), 0, events));
/** A host of a release that takes these types, as the table sees it. */
const release = (...types: readonly string[]) => {
  const table = new LeaseTable(shop.sales.journal, randomUUID(), false);
  const claim = (absent?: string) => table.claim([{ ...LETTERS, types, absent }]);
  return {
    begin: () => table.begin([{ ...LETTERS, types, position: 0 }]),
    claim,
    lease: async (absent?: string) => {
      const [lease] = (await claim(absent)).granted;
      if (lease === undefined) throw new Error('no lease');
      return {
        ...lease,
        keep: async (position: number) => (await table.keep([{ ...lease, position }])).length > 0,
        release: (position: number) => table.release({ ...lease, position }),
      };
    },
  };
};
const leaseFor = (interval: string) =>
  shop.sales.unit.run(() =>
    shop.sales.unit.execute('UPDATE sales.subscription_checkpoint SET leased_until = now() + $1::interval', [interval]),
  );
const needed = async () =>
  (
    await shop.sales.database.query(
      z.object({ types: z.array(z.string()) }),
      'SELECT types FROM sales.subscription_checkpoint',
    )
  )[0]?.types;

describe('a release that takes one more type', () => {
  it('leads from its start on, and gets every event of that type, whoever led before', async () => {
    const older = await shop.host(deliver, {
      replicas: deaf,
      types: [SOLD],
      pollMs: 5,
      timing: { renewMs: 10, claimMs: 5 },
    });
    expect(await leads(older)).toBe(true);
    const newer = await shop.host(deliver, { replicas: deaf, types: [SOLD, RETURNED], pollMs: 5 });
    await record(new Sold({ saleId: 'a', amount: 1 }), new Returned({ saleId: 'a' }));
    await until(() => delivered.includes(RETURNED));
    await until(async () => !(await leads(older)));
    expect(await leads(newer)).toBe(true);
  });

  it('lets an older leader store nothing more, and never lead again', async () => {
    const [older, newer] = [release(SOLD), release(SOLD, RETURNED)];
    await older.begin();
    const stale = await older.lease();
    await newer.begin();
    expect(await stale.keep(2)).toBe(false);
    await stale.release(2);
    const { granted, withheld } = await older.claim();
    expect([granted, withheld]).toEqual([[], [expect.objectContaining({ ...LETTERS, position: 0 })]]);
    const lease = await newer.lease();
    expect(lease).toMatchObject({ position: 0, dropped: [] });
    await lease.release(7);
    expect((await older.claim()).granted).toEqual([]);
    await older.begin();
    expect((await release(RETURNED, SOLD).lease()).position).toBe(7);
  });

  it('and takes another away leads at once, too', async () => {
    const [older, newer] = [release(SOLD, 'sales.gone'), release(SOLD, RETURNED)];
    await older.begin();
    const stale = await older.lease();
    await newer.begin();
    expect(await stale.keep(2)).toBe(false);
    // A host of the older release that is started again is no newer one.
    await older.begin();
    expect((await older.claim()).granted).toEqual([]);
    expect(await newer.lease()).toMatchObject({ position: 0 });
  });
});

describe('a release that takes one type less', () => {
  it('leads when all have gone that take it, and says so', async () => {
    const older = await shop.host(deliver, { replicas: deaf, types: [SOLD, RETURNED] });
    const newer = await shop.host(deliver, {
      replicas: deaf,
      types: [SOLD],
      pollMs: 5,
      timing: { claimMs: 5, absentMs: 50 },
    });
    await record(new Returned({ saleId: 'a' }));
    await until(() => delivered.includes(RETURNED));
    await older.stop(AbortSignal.timeout(5_000));
    await until(async () => (await leads(newer)) === true);
    expect(shop.reports).toEqual([
      expect.stringContaining('mail.letters does not take sales.returned any more: no host is left that does'),
    ]);
    await record(new Sold({ saleId: 'a', amount: 1 }));
    await until(() => delivered.includes(SOLD));
    expect(await needed()).toEqual([SOLD]);
  });

  it('leads under no token but the one under which it saw them gone, and not while one of them leads', async () => {
    const [older, newer] = [release(SOLD, RETURNED), release(SOLD)];
    await older.begin();
    const lease = await older.lease();
    await leaseFor('1 hour');
    await newer.begin();
    expect(await newer.claim(lease.token)).toEqual({ granted: [], withheld: [] });
    await lease.release(4);
    const [{ token } = { token: '' }] = (await newer.claim()).withheld;
    await (await older.lease()).release(5);
    expect((await newer.claim(token)).granted).toEqual([]);
    const [now] = (await newer.claim()).withheld;
    expect(await newer.lease(now?.token)).toMatchObject({ position: 5, dropped: [RETURNED] });
  });

  it('gives it up at once when the older one is started again: that may be the newer one', async () => {
    const [more, fewer] = [release(SOLD, RETURNED), release(SOLD)];
    await more.begin();
    await more.lease();
    await leaseFor('-1 ms');
    const [left] = (await fewer.claim()).withheld;
    const lease = await fewer.lease(left?.token);
    await more.begin();
    expect(await lease.keep(9)).toBe(false);
    expect((await fewer.claim(left?.token)).granted).toEqual([]);
    expect(await more.lease()).toMatchObject({ position: 0 });
  });

  it('leads at once where there can be no other host', async () => {
    await (await shop.host(deliver, { types: [SOLD, RETURNED] })).stop(AbortSignal.timeout(5_000));
    expect(await leads(await shop.host(deliver, { types: [SOLD] }))).toBe(true);
    expect(await needed()).toEqual([SOLD]);
  });
});

it('a row from before types were stored is led by the first that comes', async () => {
  await shop.sales.unit.run(() =>
    shop.sales.unit.execute(
      "INSERT INTO sales.subscription_checkpoint (context, subscription, position) VALUES ('mail', 'letters', 3)",
    ),
  );
  const host = release(SOLD);
  await host.begin();
  expect(await host.lease()).toMatchObject({ position: 3 });
});
