import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { Fleet } from '../support/fleet.js';
import { acceptedOrder, newProduct, placeOrder, untilEnded } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

let shop: SplitShop;
let fleet: Fleet;
let admin: Client;
let customer: Client;

beforeAll(async () => {
  shop = await startSplitShop();
  ({ fleet, admin, customer } = shop);
});
afterAll(() => shop?.stop());

/** Longer than any request waits inside, and far from a hang. */
const WITHIN_MS = 20_000;

async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
  const began = Date.now();
  const result = await work;
  return { result, ms: Date.now() - began };
}

describe('a context that is down', () => {
  it('is a 503 or 504 within the deadline, and works again when it is back, without a restart of others', async () => {
    await newProduct({ admin }, 5);
    await fleet.kill('products');
    const { result, ms } = await timed(customer.get('/v1/products'));
    expect([503, 504]).toContain(result.status);
    expect(result.headers.get('content-type')).toContain('application/problem+json');
    expect(ms).toBeLessThan(WITHIN_MS);
    await fleet.restart('products');
    await eventually(
      'the catalogue is back',
      () => customer.get('/v1/products'),
      ({ status }) => status === 200,
    );
  });

  it('leaves the checkout that needs it waiting, and it ends when the context is back', async () => {
    const sku = await newProduct({ admin }, 5);
    await fleet.kill('payments');
    const id = await acceptedOrder(customer, sku);
    await fleet.restart('payments');
    expect((await untilEnded(customer, id)).status).toBe('confirmed');
  });

  it('takes the same key again after it came back, and it is one order', async () => {
    const sku = await newProduct({ admin }, 5);
    const key = randomUUID();
    const asking = placeOrder(customer, sku, { key });
    await fleet.kill('orders');
    const first = await asking;
    await fleet.restart('orders');
    const again = await eventually(
      'accepted',
      () => placeOrder(customer, sku, { key }),
      ({ status }) => status === 202,
    );
    const id = String(Object(again.body).id);
    if (first.status === 202) expect(Object(first.body).id).toBe(id);
    else expect([503, 504]).toContain(first.status);
    await untilEnded(customer, id);
    const { body } = await admin.get(`/v1/inventory/${sku}`);
    expect(body).toMatchObject({ reserved: 1 });
  });
});

describe('a host that takes what others send', () => {
  it('stays under 250 MB when idle', () => {
    expect(Math.max(...fleet.hosts.map((host) => host.rss())) / 1e6).toBeLessThan(250);
  });

  it('is ready, and says of itself which contexts it runs', async () => {
    for (const host of fleet.hosts) {
      expect((await fetch(`${host.url}/health/ready`)).status).toBe(200);
      expect(host.contexts).toHaveLength(1);
    }
  });
});
