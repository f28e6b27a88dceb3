import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { Host } from '../support/host.js';
import { steadyLoad } from '../support/load.js';
import { notification, pageOf } from '../support/shapes.js';
import { acceptedOrder, newProduct, placeOrder, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

const CALLS = 1_000;
/**
 * Subscriptions go on within this. The broker gives up who has been silent for two or three heartbeats of 5 s, so all
 * of 15 s may be its own; one more is for what comes then. Milliseconds.
 */
const GOES_ON_WITHIN_MS = 20_000;
const OTHERS = ['gateway', 'users', 'products', 'inventory', 'payments', 'shipments', 'assistant'];

let shop: SplitShop;
beforeAll(async () => {
  shop = await startSplitShop({
    hosts: [OTHERS, ['orders', 'notifications'], ['orders', 'notifications']],
  });
});
afterAll(() => shop?.stop());
let frozen: Host | undefined;
afterEach(() => frozen?.thaw());

const replicas = (): readonly Host[] => shop.fleet.replicasOf('orders');
async function taken(host: Host, lane: string): Promise<number> {
  const { body } = await new Client(host.url, shop.admin.token).get('/metrics');
  const line = String(body)
    .split('\n')
    .find((one) => one.startsWith(`message_taken_total{lane="${lane}"`));
  return Number(line?.split(' ')[1] ?? 0);
}
async function confirmedOrder(sku: string): Promise<string> {
  const id = await acceptedOrder(shop.customer, sku);
  await untilStatus(shop.customer, id, 'confirmed');
  return id;
}

it('two replicas take half of the calls each, within a tenth of it', async () => {
  const order = await confirmedOrder(await newProduct(shop, 10));
  const before = await Promise.all(replicas().map((host) => taken(host, 'orders.queries')));
  const load = steadyLoad({ get: () => shop.customer.get(`/v1/orders/${order}`) }, 8);
  await eventually(
    'enough calls are made',
    async () => load.count,
    (count) => count >= CALLS,
  );
  const calls = await load.end();
  expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200]));
  const shares = await Promise.all(
    replicas().map(async (host, nth) => ((await taken(host, 'orders.queries')) - (before[nth] ?? 0)) / calls.length),
  );
  for (const share of shares) {
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
  }
});

it('while one of them is frozen new calls succeed, what it had in hand succeeds or is unknown and may be repeated, and subscriptions go on within four heartbeats', async () => {
  const sku = await newProduct(shop, 10_000);
  const order = await confirmedOrder(sku);
  const unknown: string[] = [];
  const place = async () => {
    const key = randomUUID();
    const answer = await placeOrder(shop.customer, sku, { key });
    if (answer.status === 504) unknown.push(key);
    return answer;
  };
  const load = steadyLoad(
    {
      get: () => shop.customer.get(`/v1/orders/${order}`),
      place,
    },
    4,
  );
  await eventually(
    'calls are under way',
    async () => load.count,
    (count) => count > 50,
  );
  // Whichever of the two leads a subscription: the one that took the last mail.
  const [one, other] = replicas();
  if (one === undefined || other === undefined) throw new Error('two replicas were started');
  const mails = await Promise.all([one, other].map((host) => taken(host, 'notifications.order-mails')));
  const leads = (mails[0] ?? 0) > (mails[1] ?? 0);
  const survivor = leads ? other : one;
  frozen = leads ? one : other;
  frozen.freeze();
  const began = performance.now();

  const placed = await acceptedOrder(shop.customer, sku);
  const mailsBefore = leads ? mails[1] : mails[0];
  await eventually(
    'the other one takes mails',
    () => taken(survivor, 'notifications.order-mails'),
    (count) => count > (mailsBefore ?? 0),
  );
  expect(performance.now() - began).toBeLessThan(GOES_ON_WITHIN_MS);

  const calls = await load.end();
  const failed = calls.filter(({ status }) => status !== 200 && status !== 202);
  expect(failed.filter(({ beganAt, status }) => beganAt >= began || status !== 504)).toEqual([]);
  for (const key of unknown) expect((await placeOrder(shop.customer, sku, { key })).status).toBe(202);
  frozen.thaw();
  frozen = undefined;
  await untilStatus(shop.customer, placed, 'confirmed');
  await eventually(
    'the customer is told',
    () => shop.customer.expect(200, pageOf(notification), shop.customer.get('/v1/notifications?limit=100')),
    ({ items }) => items.some(({ text }) => text.includes(placed)),
  );
});
