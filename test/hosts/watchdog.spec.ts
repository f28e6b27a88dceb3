import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client as Database } from 'pg';
import { eventually } from '../support/eventually.js';
import type { Host } from '../support/host.js';
import { impairedIn, impairedLines, impairedMetrics } from '../support/impaired.js';
import { acceptedOrder, newProduct, untilEnded, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

const OTHERS = ['gateway', 'users', 'products', 'orders', 'payments', 'shipments', 'assistant'];
const MAILS = 'subscription notifications.order-mails';
const STOCK = 'calls inventory.requests';

let shop: SplitShop;
beforeAll(async () => {
  shop = await startSplitShop({ hosts: [OTHERS, ['inventory'], ['notifications']] });
});
afterAll(() => shop?.stop());

const named = (host: Host, id: string) =>
  eventually(
    `${id} is named`,
    () => impairedIn(host),
    (items) => items.some(({ kind, name }) => `${kind} ${name}` === id),
  );
const gone = (host: Host) =>
  eventually(
    'nothing is named',
    () => impairedIn(host),
    (items) => items.length === 0,
  );

/**
 * Lets nobody write to a table, so that a handler of its context waits in the middle of its work. It takes no
 * transaction id: with one it would hold back the readers of all journals, too.
 */
async function holding(table: string): Promise<{ release(): Promise<void> }> {
  const session = new Database({ connectionString: shop.databaseUrl, application_name: 'holds a table' });
  await session.connect();
  await session.query('BEGIN');
  await session.query(`LOCK TABLE ${table} IN EXCLUSIVE MODE`);
  return { release: () => session.end() };
}

it('hosts that are at work name nothing; what stops is named within 15 s, once, and is gone when it goes on (fault 12)', async () => {
  const { admin, customer, fleet } = shop;
  const [orders, notifications] = [fleet.hostOf('orders'), fleet.hostOf('notifications')];
  const sku = await newProduct(shop, 100);
  const id = await acceptedOrder(customer, sku);
  await untilStatus(customer, id, 'confirmed');
  // Hosts do not start in one moment: what one of them missed until then is gone soon after.
  for (const host of fleet.hosts) await gone(host);
  for (const host of fleet.hosts) expect(await impairedMetrics(host, admin.token)).toEqual([]);

  // A consumer that can't finish an event, and a context that nobody hosts.
  const table = await holding('notifications.notifications');
  await untilStatus(customer, await acceptedOrder(customer, sku), 'confirmed');
  await fleet.kill('inventory');
  const waiting = await acceptedOrder(customer, sku);

  const found = await named(notifications, MAILS);
  expect(found).toMatchObject([{ effect: 'degraded', lookAt: expect.stringContaining('watchdog.md') }]);
  expect(await impairedMetrics(notifications, admin.token)).toEqual([MAILS]);
  await named(orders, STOCK);
  expect(await impairedMetrics(orders, admin.token)).toContain(STOCK);

  await table.release();
  await fleet.restart('inventory');
  expect((await untilEnded(customer, waiting)).status).toBe('confirmed');
  await gone(notifications);
  await gone(orders);
  expect(await impairedMetrics(notifications, admin.token)).toEqual([]);
  for (const [host, what] of [
    [notifications, MAILS],
    [orders, STOCK],
  ] as const) {
    const { began, ended } = impairedLines(host, what);
    expect([began.length, ended.length]).toEqual([1, 1]);
    expect(began[0]?.seconds).toBeGreaterThanOrEqual(10);
    expect(began[0]?.seconds).toBeLessThan(15);
    expect(ended[0]?.lasted_s).toBeGreaterThan(began[0]?.seconds ?? Infinity);
  }
});
