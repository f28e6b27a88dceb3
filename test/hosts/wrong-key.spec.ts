import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { startHost, type Host } from '../support/host.js';
import { acceptedOrder, newProduct, untilEnded } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

const ORDERS = 20;

let shop: SplitShop;
let stranger: Host;

beforeAll(async () => {
  shop = await startSplitShop({
    hosts: [
      ['gateway', 'users', 'products', 'orders', 'notifications', 'assistant'],
      ['inventory', 'payments', 'shipments'],
    ],
  });
  stranger = await startHost({
    CONTEXTS: 'inventory,payments',
    AUTH_SECRET: randomBytes(32).toString('hex'),
    DATABASE_URL: shop.databaseUrl,
    TRANSPORT_URL: shop.transportUrl,
    LOG_LEVEL: 'warn',
  });
});
afterAll(async () => {
  await stranger?.stop();
  await shop?.stop();
});

describe('a replica with another key beside a healthy shop (fault 1)', () => {
  it('costs no order, and says itself that it is the one', async () => {
    const sku = await newProduct(shop, ORDERS);
    const ids = await Promise.all(Array.from({ length: ORDERS }, () => acceptedOrder(shop.customer, sku)));
    const ended = await Promise.all(ids.map((id) => untilEnded(shop.customer, id)));
    expect(ended.map(({ status, failure }) => [status, failure])).toEqual(
      Array.from({ length: ORDERS }, () => ['confirmed', undefined]),
    );
    const ready = await eventually(
      'the stranger is not ready',
      async () => {
        const answer = await fetch(`${stranger.url}/health/ready`);
        return { status: answer.status, body: await answer.text() };
      },
      ({ status }) => status === 503,
    );
    expect(ready.body).toContain('is not known, only');
    expect(ready.body).toContain('AUTH_SECRET');
    for (const host of shop.fleet.hosts) expect((await fetch(`${host.url}/health/ready`)).status).toBe(200);
  });
});
