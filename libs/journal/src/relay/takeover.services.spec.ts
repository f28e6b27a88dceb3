import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { until } from '@isolith/message-bus/testing';
import type { Deliver } from '../subscriptions/subscriber.js';
import { testsRunOnServer } from '@isolith/postgres/testing';
import { SecondSession } from '../testing/second-session.js';
import type { JournalRelays } from './journal-relays.js';
import { LeaseTable } from '../subscriptions/lease-table.js';
import { deaf } from './spec-support/deaf.js';
import type { Arrivals, SalesAndMail } from './spec-support/sales-and-mail.js';
import { withSalesAndMail } from './spec-support/with-sales-and-mail.js';

testsRunOnServer();
let shop: SalesAndMail;
let arrivals: Arrivals;
withSalesAndMail((...given) => ([shop, arrivals] = given));

const TWO = '00000000-0000-4000-8000-000000000002';
const ONE = '00000000-0000-4000-8000-000000000001';
/** Whoever stops hands over what it leads; without that others would wait for its lease, and get some of it again. */
const PATIENCE_MS = 60_000;
const LETTERS = { context: 'mail', subscription: 'letters' };
const WANTED = { ...LETTERS, types: ['sales.sold'] };
const leads = async (host: JournalRelays) => (await host.status())[0]?.leader;
const row = async () => {
  const shape = z.object({ position: z.coerce.number(), token: z.coerce.number(), holder: z.string().nullable() });
  return (
    await shop.sales.database.query(
      shape,
      "SELECT position, token, holder FROM sales.subscription_checkpoint WHERE subscription = 'letters'",
    )
  )[0];
};
const expire = () =>
  shop.sales.unit.run(() =>
    shop.sales.unit.execute("UPDATE sales.subscription_checkpoint SET leased_until = now() - interval '1 ms'"),
  );
/** Leaves the lease as a host does that was stopped and never said goodbye. */
const tables = () => [ONE, TWO].map((holder) => new LeaseTable(shop.sales.journal, holder, false));

describe('a lease', () => {
  it("is one host's until it is released or runs out, and each has a higher token", async () => {
    const [one, two] = tables();
    await one?.begin([{ ...WANTED, position: 7 }]);
    await two?.begin([{ ...WANTED, position: 9 }]);
    expect((await one?.claim([WANTED]))?.granted).toMatchObject([{ ...LETTERS, position: 7, token: '1' }]);
    expect(await two?.claim([WANTED])).toEqual({ granted: [], withheld: [] });
    expect(await one?.keep([{ ...LETTERS, token: '1', position: 8 }])).toEqual([LETTERS]);
    expect(await two?.claim([WANTED])).toEqual({ granted: [], withheld: [] });
    await expire();
    expect((await two?.claim([WANTED]))?.granted).toMatchObject([{ position: 8, token: '2' }]);
    await two?.release({ ...LETTERS, token: '2', position: 12 });
    expect((await one?.claim([WANTED]))?.granted).toMatchObject([{ position: 12, token: '3' }]);
  });

  it('that was taken over lets its holder move the checkpoint neither back nor forward, nor release', async () => {
    const [one, two] = tables();
    await one?.begin([{ ...WANTED, position: 5 }]);
    const [stale] = (await one?.claim([WANTED]))?.granted ?? [];
    if (stale === undefined) throw new Error('no lease');
    await expire();
    await two?.claim([WANTED]);
    await two?.keep([{ ...LETTERS, token: '2', position: 20 }]);
    for (const position of [3, 10, 99]) {
      expect(await one?.keep([{ ...stale, position }])).toEqual([]);
      await one?.release({ ...stale, position });
    }
    expect(await row()).toEqual({ position: 20, token: 2, holder: TWO });
    // Not even its rightful holder moves it back.
    await two?.keep([{ ...LETTERS, token: '2', position: 4 }]);
    expect(await row()).toMatchObject({ position: 20 });
  });

  it('of many subscriptions is claimed and kept by two hosts at once without a deadlock', async () => {
    const [one, two] = tables();
    const many = Array.from({ length: 20 }, (_, nth) => ({ ...WANTED, subscription: `s${nth}`, position: 0 }));
    await one?.begin(many);
    for (let round = 0; round < 10; round += 1) {
      const [mine = [], others = []] = (await Promise.all([one?.claim(many), two?.claim(many.toReversed())])).map(
        (claimed) => claimed?.granted,
      );
      expect(new Set([...mine, ...others].map(({ subscription }) => subscription)).size).toBe(
        mine.length + others.length,
      );
      await Promise.all([one?.keep(mine), two?.keep(others.toReversed())]);
      await expire();
    }
  });

  it('begins in one order, whatever the order in which a release names its subscriptions', async () => {
    const begin = (subscription: string) => ({
      text: "INSERT INTO sales.subscription_checkpoint (context, subscription, position) VALUES ('mail', $1, 0)",
      values: [subscription],
    });
    const other = await SecondSession.begin(shop.sales);
    await other.execute(begin('a'));
    const begun = tables()[0]?.begin(['b', 'a'].map((subscription) => ({ ...WANTED, subscription, position: 0 })));
    await other.isWaitedFor();
    await other.execute(begin('b'));
    await other.end('COMMIT');
    // In the other order each would have what the other waits for.
    await expect(begun).resolves.toBeUndefined();
  });
});

describe('a leader that went silent', () => {
  it('without a release is followed when its lease has run out, from what it had stored', async () => {
    await shop.sell(['a', 1], ['a', 2]);
    const silent = await shop.host(() => new Promise(() => undefined), { replicas: deaf });
    const follower = await shop.host(await shop.consumer(arrivals.take), { replicas: deaf });
    expect([await leads(silent), await leads(follower)]).toEqual([true, false]);
    await shop.crash(silent);
    const since = performance.now();
    await until(() => arrivals.count === 2);
    expect(performance.now() - since).toBeGreaterThan(2_000);
    expect(await leads(follower)).toBe(true);
    expect(arrivals.of('a')).toEqual([1, 2]);
  });

  it('and comes back finds out, drops what it has, and follows', async () => {
    await shop.sell(['a', 1]);
    const aborted = Promise.withResolvers<void>();
    const stale = await shop.host(
      (_events, _to, signal) => new Promise(() => signal.addEventListener('abort', () => aborted.resolve())),
      { replicas: deaf },
    );
    await until(async () => (await stale.status())[0]?.unfinished === 1);
    // As its successor does, in the moment in which the lease has run out.
    await expire();
    await tables()[1]?.claim([WANTED]);
    await aborted.promise;
    expect(await leads(stale)).toBe(false);
    expect(await row()).toMatchObject({ token: 2, holder: TWO });
    expect(shop.reports).toEqual([expect.stringContaining('mail.letters is served by another host now')]);
  });
});

describe('two hosts of one journal', () => {
  it('one killed in the middle: all events arrive, each has one effect, in the order of its key', async () => {
    const KEYS = 20;
    const EACH = 30;
    const taken: { consumer: string; key: string; amount: number }[] = [];
    const consumerOf = (consumer: string): Promise<Deliver> =>
      shop.consumer((sold) =>
        shop.mail.unit.run(async () => {
          await sleep(1);
          taken.push({ consumer, key: sold.saleId, amount: sold.amount });
        }),
      );
    const [doomed, survivor] = await Promise.all([consumerOf('doomed'), consumerOf('survivor')]);
    const leader = await shop.host(doomed, { replicas: deaf, pollMs: 50 });
    await shop.host(survivor, { replicas: deaf, pollMs: 50 });
    for (let nth = 0; nth < EACH; nth += 1) {
      await shop.sell(...Array.from({ length: KEYS }, (_, key) => [`k${key}`, nth] as const));
      if (nth === 10) {
        await until(() => taken.length > 50);
        await shop.crash(leader);
        // What a clock would do within five seconds.
        await expire();
      }
    }
    const effects = z.object({ count: z.coerce.number() });
    await until(
      async () =>
        (
          await shop.mail.database.query(effects, "SELECT count(*) AS count FROM mail.inbox WHERE consumer = 'letters'")
        )[0]?.count ===
        KEYS * EACH,
    );
    expect(new Set(taken.map(({ consumer }) => consumer)).size).toBe(2);
    for (let key = 0; key < KEYS; key += 1) {
      const first = [...new Set(taken.filter((each) => each.key === `k${key}`).map(({ amount }) => amount))];
      expect(first).toEqual(Array.from({ length: EACH }, (_, nth) => nth));
    }
  });

  it('one drained: the other goes on at its next look, and nothing is delivered twice', async () => {
    const delivered: string[] = [];
    const deliver: Deliver = async ({ id }) => void delivered.push(id);
    const first = await shop.host(deliver, { replicas: deaf });
    const second = await shop.host(deliver, { replicas: deaf, pollMs: 50 });
    await shop.sell(['a', 1], ['b', 1]);
    await until(() => delivered.length === 2);
    await first.stop(AbortSignal.timeout(PATIENCE_MS));
    await shop.sell(['a', 2]);
    await until(() => delivered.length >= 3);
    expect([await leads(first), await leads(second), new Set(delivered).size, delivered.length]).toEqual([
      false,
      true,
      3,
      3,
    ]);
  });
});
