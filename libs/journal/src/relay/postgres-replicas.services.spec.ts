import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { until } from '@isolith/message-bus/testing';
import { JournalSignal } from '../context/journal-signal.js';
import { PostgresReplicas } from './postgres-replicas.js';
import { UnitOfWork } from '../index.js';
import { runAs } from '@isolith/message-bus';
import { createServerDatabase, CutOff, testsRunOnServer } from '@isolith/postgres/testing';
import { Sold } from '../testing/sample-sales.js';
import { Arrivals, SalesAndMail } from './spec-support/sales-and-mail.js';

/** Whoever stops says that it has released what it leads: nothing else wakes the other one. */
const PATIENCE_MS = 60_000;

testsRunOnServer();
let place: Awaited<ReturnType<typeof createServerDatabase>>;
let opened: PostgresReplicas[];
let reports: string[];

beforeAll(async () => {
  place = await createServerDatabase();
});
beforeEach(() => {
  opened = [];
  reports = [];
});
afterEach(() => Promise.all(opened.map((each) => each.close())));
afterAll(() => place.drop());

/** One of several hosts on a database, and what it hears of sales. */
function host(url = place.url): { replicas: PostgresReplicas; heard: string[] } {
  const replicas = new PostgresReplicas(url, (message, error) => reports.push(`${message}: ${String(error)}`));
  const heard: string[] = [];
  replicas.onNews('sales', (news) => heard.push(news));
  replicas.open();
  opened.push(replicas);
  return { replicas, heard };
}

/** Everybody is rung once when it begins to listen. */
const listening = (...hosts: readonly { heard: string[] }[]) =>
  until(() => hosts.every(({ heard }) => heard.length > 0));

describe('hosts on one database', () => {
  it('hear what the others tell, of the contexts they have, and nothing of themselves', async () => {
    const [one, two] = [host(), host()];
    await listening(one, two);
    one.replicas.tell('payments', 'committed');
    one.replicas.tell('sales', 'released');
    await until(() => two.heard.length === 2);
    two.replicas.tell('sales', 'committed');
    await until(() => one.heard.length === 2);
    expect([one.heard, two.heard]).toEqual([
      ['committed', 'committed'],
      ['committed', 'released'],
    ]);
  });

  it('tell what came in a hurry together', async () => {
    const [one, two] = [host(), host()];
    await listening(one, two);
    const listener = new Client({ connectionString: place.url });
    await listener.connect();
    let notifications = 0;
    listener.on('notification', () => {
      notifications += 1;
    });
    await listener.query('LISTEN isolith_journal');
    const until20 = performance.now() + 200;
    let told = 0;
    while (performance.now() < until20) {
      one.replicas.tell('sales', 'committed');
      told += 1;
      await new Promise(setImmediate);
    }
    one.replicas.tell('sales', 'released');
    await until(() => two.heard.includes('released'));
    await listener.end();
    expect(told).toBeGreaterThan(notifications);
    // One in 10 ms, for 200 ms, the first and the last.
    expect(notifications).toBeLessThanOrEqual(22);
  });

  it('go on after the server was away, and what was told meanwhile is told then', async () => {
    const door = await CutOff.before(place.url);
    const [cut, other] = [host(door.url(place.url)), host()];
    await listening(cut, other);
    await door.shut();
    await until(() => reports.length === 1);
    cut.replicas.tell('sales', 'released');
    await door.open();
    await until(() => other.heard.includes('released'));
    // Rung again: it may have missed something.
    expect(cut.heard).toEqual(['committed', 'committed']);
    expect(reports).toEqual([expect.stringContaining('other hosts are not told of commits for now')]);
    await cut.replicas.close();
    await door.shut();
  });

  it('take what they cannot read as a sign that something happened', async () => {
    const one = host();
    await listening(one);
    const stranger = new Client({ connectionString: place.url });
    await stranger.connect();
    await stranger.query("SELECT pg_notify('isolith_journal', '{\"version\":2}')");
    await until(() => one.heard.length === 2);
    await stranger.end();
    expect(one.heard).toEqual(['committed', 'committed']);
  });
});

describe('a commit at one host', () => {
  let shop: SalesAndMail;
  beforeAll(async () => {
    shop = await SalesAndMail.open();
  });
  afterAll(() => shop.close());

  it('wakes the leader at another, which would look much later; so does a release', async () => {
    const arrivals = new Arrivals();
    const [there, here] = [host(), host()];
    await listening(there, here);
    const deliver = await shop.consumer(arrivals.take);
    // Neither looks by itself while this test runs: whatever happens was told.
    const timing = { claimMs: 3_600_000 };
    const leader = await shop.host(deliver, { replicas: there.replicas, pollMs: 3_600_000, timing });
    const elsewhere = { ...shop.sales.journal, signal: new JournalSignal() };
    const follower = await shop.host(deliver, {
      replicas: here.replicas,
      pollMs: 3_600_000,
      journal: elsewhere,
      timing,
    });
    const sell = (amount: number) => {
      const unit = new UnitOfWork(elsewhere);
      return runAs('sales', () =>
        unit.run(async () => unit.append(`s${amount}`, 0, [new Sold({ saleId: 'a', amount })])),
      );
    };
    await sell(1);
    await until(() => arrivals.count === 1);
    await leader.stop(AbortSignal.timeout(PATIENCE_MS));
    await until(async () => (await follower.status())[0]?.leader === true);
    await sell(2);
    await until(() => arrivals.count === 2);
    await shop.stopHosts();
  });
});
