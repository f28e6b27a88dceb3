import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { runAs } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { JournalSignal } from '../context/journal-signal.js';
import { UnitOfWork } from '../index.js';
import { Returned, Sold } from '../testing/sample-sales.js';
import type { Arrivals, SalesAndMail } from './spec-support/sales-and-mail.js';
import { withSalesAndMail } from './spec-support/with-sales-and-mail.js';

let shop: SalesAndMail;
let arrivals: Arrivals;

withSalesAndMail((...given) => ([shop, arrivals] = given));

const grace = () => AbortSignal.timeout(5_000);
const numbered = (keys: readonly string[], each: number) =>
  keys.flatMap((key) => Array.from({ length: each }, (_, nth) => [key, nth] as const));
const status = async (host: { status(): Promise<readonly object[]> }) => (await host.status())[0];

describe('a host that serves a subscription', () => {
  it('hands over what it takes, in order, and remembers how far', async () => {
    await shop.sell(['key', 1], ['key', 2], ['key', 3]);
    await shop.sales.unit.run(async () => shop.sales.unit.append('r', 0, [new Returned({ saleId: 'key' })]));
    await shop.sell(['key', 4]);
    const host = await shop.host(await shop.consumer(arrivals.take));
    await until(() => arrivals.count === 4);
    expect(arrivals.of('key')).toEqual([1, 2, 3, 4]);
    const end = await shop.sales.reader().end();
    await until(async () => (await shop.stored()) === end);
    expect(await host.status()).toEqual([
      {
        producer: 'sales',
        context: 'mail',
        subscription: 'letters',
        leader: true,
        position: end,
        end,
        lag: 0,
        unfinished: 0,
        oldestUnfinishedMs: 0,
        failures: 0,
      },
    ]);
  });

  it('hands over the whole envelope', async () => {
    const envelopes: unknown[] = [];
    await shop.sell(['key', 1]);
    await shop.host(async (event) => void envelopes.push(event));
    await until(() => envelopes.length === 1);
    expect(envelopes[0]).toEqual({
      specversion: '1.0',
      id: expect.any(String),
      source: '/sales',
      type: 'sales.sold',
      time: expect.stringMatching(/Z$/),
      subject: 'key',
      kind: 'event',
      schemaversion: 1,
      correlationid: expect.any(String),
      principal: { service: 'sales', roles: [] },
      data: { saleId: 'key', amount: 1 },
    });
  });

  it('is woken by a commit in this process, long before it would look by itself', async () => {
    await shop.host(await shop.consumer(arrivals.take), { pollMs: 3_600_000 });
    for (const nth of [1, 2]) {
      await shop.sell(['key', nth]);
      await until(() => arrivals.count === nth);
    }
  });

  it('finds by itself what another process has committed', async () => {
    await shop.host(await shop.consumer(arrivals.take), { pollMs: 10 });
    const elsewhere = new UnitOfWork({ ...shop.sales.journal, signal: new JournalSignal() });
    await runAs('sales', () =>
      elsewhere.run(async () => elsewhere.append('x', 0, [new Sold({ saleId: 'key', amount: 7 })])),
    );
    await until(() => arrivals.count === 1);
  });

  it('from now on begins at the end of the journal, and does not begin again after a restart', async () => {
    await shop.sell(['key', 1], ['key', 2]);
    await shop.host(await shop.consumer(arrivals.take), { from: 'now' });
    await shop.stopHosts();
    await shop.sell(['key', 3]);
    await shop.host(await shop.consumer(arrivals.take), { from: 'now' });
    await until(() => arrivals.count > 0);
    expect(arrivals.of('key')).toEqual([3]);
  });

  it('delivers keys side by side, one event of each, and no more than fit its window', async () => {
    const gate = Promise.withResolvers<void>();
    const running = new Map<string, number>();
    let most = 0;
    let taken = 0;
    await shop.sell(...Array.from({ length: 600 }, (_, nth) => [`k${nth % 300}`, nth] as const));
    const host = await shop.host(async (event) => {
      const key = event.subject ?? '';
      expect(running.has(key)).toBe(false);
      running.set(key, 1);
      most = Math.max(most, running.size);
      await gate.promise;
      running.delete(key);
      taken += 1;
    });
    await until(() => running.size === 256);
    expect(await status(host)).toMatchObject({ unfinished: 256, lag: 600 });
    gate.resolve();
    await until(() => taken === 600);
    expect(most).toBe(256);
  });
});

describe('a key whose events are not taken', () => {
  it('holds no other, however many of its events come; afterwards all of them arrive in order', async () => {
    const back = Promise.withResolvers<void>();
    let failures = 0;
    const others = ['a', 'b', 'c', 'd', 'e'];
    // More than a window of one key, before, between and behind the others.
    await shop.sell(
      ...numbered(['bad'], 300),
      ...numbered(others, 200),
      ...Array.from({ length: 300 }, (_, nth) => ['bad', 300 + nth] as const),
    );
    const deliver = await shop.consumer(arrivals.take);
    const host = await shop.host(async (event, to, signal) => {
      if (event.subject === 'bad') {
        failures += 1;
        if (failures <= 2) throw new Error('not this one');
        await back.promise;
      }
      await deliver(event, to, signal);
    });
    await until(async () => arrivals.count === 1_000 && failures === 3 && (await host.status())[0]?.unfinished === 16);
    expect(await status(host)).toMatchObject({ leader: true, lag: 1_600, oldestUnfinishedMs: expect.any(Number) });
    // What comes later is not held either.
    await shop.sell(['late', 1], ['bad', 600]);
    await until(() => arrivals.count === 1_001);
    expect(arrivals.of('bad')).toEqual([]);
    back.resolve();
    await until(() => arrivals.count === 1_602);
    expect(arrivals.of('bad')).toEqual(Array.from({ length: 601 }, (_, nth) => nth));
    for (const key of others) expect(arrivals.of(key)).toEqual(Array.from({ length: 200 }, (_, nth) => nth));
    await until(async () => (await shop.stored()) === (await shop.sales.reader().end()));
  });

  it('is told of, tried again, and handled once', async () => {
    let failures = 3;
    const deliver = await shop.consumer((sold) => shop.mail.unit.run(() => arrivals.take(sold)));
    await shop.sell(['key', 1], ['key', 2]);
    const host = await shop.host(async (event, to, signal) => {
      await deliver(event, to, signal);
      failures -= 1;
      if (failures >= 0) throw new Error('the answer is lost');
    });
    await until(() => arrivals.count === 2);
    expect(arrivals.of('key')).toEqual([1, 2]);
    expect(shop.reports).toEqual([
      expect.stringMatching(
        /^mail\.letters from the journal of sales: sales\.sold [-0-9a-f]{36} was not taken, attempt 1; again in \d+ ms \(2 events unfinished\): Error: the answer is lost$/,
      ),
    ]);
    await until(async () => (await shop.stored()) === (await shop.sales.reader().end()));
    expect(await status(host)).toMatchObject({ failures: 0 });
  });

  it('keeps the checkpoint before its event', async () => {
    await shop.sell(['good', 1], ['bad', 1], ['good', 2]);
    const end = await shop.sales.reader().end();
    await shop.host(async (event) => {
      if (event.subject === 'bad') throw new Error('never');
      await arrivals.take(new Sold({ saleId: 'good', amount: 1 }));
    });
    await until(() => arrivals.count === 2);
    await until(async () => ((await shop.stored()) ?? 0) > end - 3);
    await shop.stopHosts();
    expect(await shop.stored()).toBe(end - 2);
  });
});

describe('when everything fails', () => {
  it('few are tried until one succeeds, and then all at once', async () => {
    let away = true;
    const tried = new Set<string>();
    const host = await shop.host(async (event) => {
      if (event.subject?.startsWith('later') === true) tried.add(event.subject);
      if (away) throw new Error('away');
      arrivals.count += 1;
    });
    const keys = (name: string, count: number) =>
      Array.from({ length: count }, (_, nth) => [`${name}${nth}`, 1] as const);
    const before = performance.now();
    await shop.sell(...keys('first', 10));
    await until(() => shop.reports.some((report) => report.includes('no event is taken any more')));
    await shop.sell(...keys('later', 200));
    await until(() => tried.size > 1);
    // Pauses of 100, 100, 200, 400, 800 ms and of a second from then on: whatever the time, no more fit into it.
    expect(tried.size).toBeLessThanOrEqual(4 + (performance.now() - before) / 1_000);
    expect(await status(host)).toMatchObject({ failures: expect.any(Number), lag: 210 });
    away = false;
    await until(() => arrivals.count === 210);
    expect(shop.reports).toContainEqual(expect.stringContaining('events are taken again'));
  });

  it('and its first success lets go on what comes next, the next event of the same key too', async () => {
    const taken: string[] = [];
    await shop.sell(...Array.from({ length: 8 }, (_, nth) => [`away${nth}`, 0] as const));
    await shop.host(async (event) => {
      const key = event.subject ?? '';
      if (!key.startsWith('back') && taken.length === 0) throw new Error('away');
      // By then the next event of the key waits for the end of the outage.
      await sleep(10);
      taken.push(`${key} ${taken.filter((each) => each.startsWith(key)).length + 1}`);
    });
    await until(() => shop.reports.some((report) => report.includes('no event is taken any more')));
    await shop.sell(['back', 1], ['back', 2]);
    await until(() => taken.length === 10);
    expect(taken.filter((each) => each.startsWith('back'))).toEqual(['back 1', 'back 2']);
  });
});

describe('a crash', () => {
  it('between handing over and the checkpoint hands over again; the effect is there once', async () => {
    const deliver = await shop.consumer((sold) => shop.mail.unit.run(() => arrivals.take(sold)));
    let crashed = false;
    await shop.sell(['key', 1], ['key', 2]);
    const before = await shop.sales.reader().end();
    const host = await shop.host(async (...delivery) => {
      await deliver(...delivery);
      crashed = true;
      return new Promise<void>(() => undefined);
    });
    await until(() => crashed);
    await shop.crash(host);
    expect(await shop.stored()).toBe(0);

    let again = 0;
    await shop.host(async (event, to, signal) => {
      await deliver(event, to, signal);
      again += 1;
    });
    await until(() => again === 2);
    expect(arrivals.of('key')).toEqual([1, 2]);
    await until(async () => (await shop.stored()) === before);
  });
});

describe('a stop', () => {
  it('waits for what is being delivered, takes nothing new, stores how far it came and leaves its lease', async () => {
    const gate = Promise.withResolvers<void>();
    let taken = 0;
    await shop.sell(['key', 1], ['key', 2]);
    const end = await shop.sales.reader().end();
    const host = await shop.host(async () => {
      taken += 1;
      await gate.promise;
    });
    await until(() => taken === 1);
    const stopped = host.stop(grace());
    await shop.sell(['key', 3], ['other', 1]);
    gate.resolve();
    await stopped;
    expect(taken).toBe(1);
    expect(await shop.stored()).toBe(end - 1);
    expect(await status(host)).toMatchObject({ leader: false, position: end - 1, lag: 3, unfinished: 0 });
  });

  it('ends what pauses at once, and gives up on what runs when its time is over', async () => {
    await shop.sell(['fails', 1], ['runs', 1]);
    const end = await shop.sales.reader().end();
    let running = false;
    const host = await shop.host(async (event) => {
      if (event.subject === 'fails') throw new Error('no');
      running = true;
      return new Promise<void>(() => undefined);
    });
    await until(() => running && shop.reports.length > 0);
    await host.stop(AbortSignal.abort());
    expect(await shop.stored()).toBe(end - 2);
  });
});
