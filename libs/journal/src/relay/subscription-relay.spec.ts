import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MessageRouter, runAs } from '@isolith/message-bus';
import { z } from 'zod';
import { ContextInbox, JournalSignal, SubscriptionRelay, UnitOfWork, type Deliver } from '../index.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { Returned, Sold } from '../testing/sample-sales.js';

let sales: TestContext;
let mail: TestContext;
let relays: SubscriptionRelay[] = [];
let reports: string[] = [];
const grace = () => AbortSignal.timeout(5_000);

beforeAll(async () => {
  sales = await openTestContext({ context: 'sales' });
  mail = await openTestContext({ context: 'mail' });
});
beforeEach(async () => {
  reports = [];
  await sales.unit.run(() => sales.unit.execute('TRUNCATE sales.journal, sales.subscription_checkpoint'));
  await mail.unit.run(() => mail.unit.execute('TRUNCATE mail.journal, mail.inbox'));
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop(grace())));
  relays = [];
});
afterAll(() => Promise.all([sales.close(), mail.close()]));

/** A started consumer with the real bus and inbox. */
async function consumer(handle: (sold: Sold) => Promise<unknown>): Promise<Deliver> {
  const router = new MessageRouter({ placement: { here: ['mail'] }, onError: () => undefined });
  router.subscribe({ context: 'mail', subscription: 'letters', from: 'beginning', events: [Sold.contract] }, [
    { event: Sold, by: 'handle', invoke: (sold) => handle(Sold.restore({ ...sold }) as Sold) },
  ]);
  router.useInbox('mail', new ContextInbox(mail.journal));
  await router.listenHere();
  return (events, to, signal) => router.deliver(events, to, signal);
}

interface RelayOptions {
  readonly from?: 'beginning' | 'now';
  readonly pollMs?: number;
  readonly subscription?: string;
}

async function relayTo(deliver: Deliver, { from = 'beginning', pollMs = 60_000, subscription = 'letters' }: RelayOptions = {}): Promise<SubscriptionRelay> {
  const relay = new SubscriptionRelay({
    journal: sales.journal,
    subscriber: { context: 'mail', subscription, types: [Sold.contract.name], from },
    reader: sales.reader(),
    deliver,
    report: (message, error) => reports.push(`${message}: ${String(error)}`),
    pollMs,
  });
  await relay.start();
  relays.push(relay);
  return relay;
}

const sell = (...amounts: readonly number[]) =>
  sales.unit.run(async () => amounts.forEach((amount) => sales.unit.append(`s${amount}`, 0, [new Sold({ saleId: 'key', amount })])));

const stored = async () => {
  const [row] = await sales.database.query(z.object({ position: z.coerce.number() }), "SELECT position FROM sales.subscription_checkpoint WHERE subscription = 'letters'");
  return row?.position;
};

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5);
}

const arrivals = () => {
  const amounts: number[] = [];
  return { amounts, take: async (sold: Sold) => void amounts.push(sold.amount) };
};

describe('a relay', () => {
  it('hands over what its subscription takes, in order, and remembers how far', async () => {
    const { amounts, take } = arrivals();
    await sell(1, 2, 3);
    await sales.unit.run(async () => sales.unit.append('r', 0, [new Returned({ saleId: 'key' })]));
    await sell(4);
    const relay = await relayTo(await consumer(take));
    await until(() => amounts.length === 4);
    expect(amounts).toEqual([1, 2, 3, 4]);
    await until(async () => (await stored()) === (await relay.status()).end);
    expect(await relay.status()).toMatchObject({ producer: 'sales', context: 'mail', subscription: 'letters', lag: 0, failures: 0 });
  });

  it('hands over the whole envelope', async () => {
    const envelopes: unknown[] = [];
    await sell(1);
    await relayTo(async (events) => void envelopes.push(...events));
    await until(() => envelopes.length === 1);
    expect(envelopes[0]).toEqual({
      specversion: '1.0', id: expect.any(String), source: '/sales', type: 'sales.sold', time: expect.stringMatching(/Z$/), subject: 'key', kind: 'event',
      schemaversion: 1, correlationid: expect.any(String), principal: { service: 'sales', roles: [] }, data: { saleId: 'key', amount: 1 },
    });
  });

  it('is woken by a commit in this process, long before it would look by itself', async () => {
    const { amounts, take } = arrivals();
    await relayTo(await consumer(take), { pollMs: 3_600_000 });
    await sell(1);
    await until(() => amounts.length === 1);
    await sell(2);
    await until(() => amounts.length === 2);
    expect(amounts).toEqual([1, 2]);
  });

  it('finds by itself what another process has committed', async () => {
    const { amounts, take } = arrivals();
    await relayTo(await consumer(take), { pollMs: 10 });
    const elsewhere = new UnitOfWork({ ...sales.journal, signal: new JournalSignal() });
    await runAs('sales', () => elsewhere.run(async () => elsewhere.append('x', 0, [new Sold({ saleId: 'key', amount: 7 })])));
    await until(() => amounts.length === 1);
  });

  it('reads in batches', async () => {
    const sizes: number[] = [];
    await sell(...Array.from({ length: 300 }, (_, nth) => nth));
    await relayTo(async (events) => void sizes.push(events.length));
    await until(() => sizes.reduce((sum, size) => sum + size, 0) === 300);
    expect(sizes).toEqual([256, 44]);
  });

  it('from now on begins at the end of the journal, and does not begin again after a restart', async () => {
    const { amounts, take } = arrivals();
    await sell(1, 2);
    const first = await relayTo(await consumer(take), { from: 'now' });
    await first.stop(grace());
    await sell(3);
    await relayTo(await consumer(take), { from: 'now' });
    await until(() => amounts.length > 0);
    expect(amounts).toEqual([3]);
  });
});

describe('when a handler fails', () => {
  it('the relay says so and tries again, in order, and nothing is handled twice', async () => {
    const handled: number[] = [];
    let failures = 2;
    const deliver = await consumer(async ({ amount }) => {
      if (amount === 2 && failures > 0) {
        failures -= 1;
        throw new Error(`no ${amount}`);
      }
      handled.push(amount);
    });
    await sell(1, 2, 3);
    const relay = await relayTo(deliver);
    await until(() => handled.length === 3);
    expect(handled).toEqual([1, 2, 3]);
    expect(reports.map((report) => /failed (\d) times in a row behind position \d+; again in (\d+) ms: Error: no 2/.exec(report)?.slice(1))).toEqual([['1', '100'], ['1', '100']]);
    await until(async () => (await relay.status()).lag === 0);
  });

  it('its subscription waits, the others do not', async () => {
    const { amounts, take } = arrivals();
    const stuck = await relayTo(async () => Promise.reject(new Error('never')), { subscription: 'stuck' });
    await relayTo(await consumer(take));
    await sell(1, 2);
    await until(() => amounts.length === 2);
    await until(async () => (await stuck.status()).failures > 0);
    expect(await stuck.status()).toMatchObject({ lag: 2 });
  });

  it('pauses grow up to ten seconds and end when the relay stops', async () => {
    await sell(1);
    const relay = await relayTo(async () => Promise.reject(new Error('never')));
    await until(() => reports.length === 3);
    await relay.stop(grace());
    expect(reports.map((report) => /again in (\d+) ms/.exec(report)?.[1])).toEqual(['100', '200', '400']);
  });
});

describe('a crash', () => {
  it('between handing over and the checkpoint hands over again; the effect is there once', async () => {
    const { amounts, take } = arrivals();
    const deliver = await consumer((sold) => mail.unit.run(() => take(sold)));
    let crashed = false;
    await sell(1, 2);
    const relay = await relayTo(async (...delivery) => {
      await deliver(...delivery);
      crashed = true;
      return new Promise<void>(() => undefined);
    });
    await until(() => crashed);
    await relay.stop(AbortSignal.abort());
    relays = [];
    expect(await stored()).toBe(0);

    let again = 0;
    await relayTo(async (events, to, signal) => {
      await deliver(events, to, signal);
      again = events.length;
    });
    await until(() => again === 2);
    expect(amounts).toEqual([1, 2]);
  });
});

describe('a stop', () => {
  it('waits for the running batch and stores how far it came', async () => {
    const gate = Promise.withResolvers<void>();
    let taken = 0;
    await sell(1);
    const relay = await relayTo(async () => {
      taken += 1;
      await gate.promise;
    });
    await until(() => taken === 1);
    const stopped = relay.stop(grace());
    await sell(2);
    gate.resolve();
    await stopped;
    expect(taken).toBe(1);
    expect(await stored()).toBe((await relay.status()).position);
    expect((await relay.status()).lag).toBe(1);
  });
});
