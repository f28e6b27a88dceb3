import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { broker } from '../support/broker.js';
import type { Client } from '../support/client.js';
import { describeWithFaults } from '../support/describe-with-faults.js';
import { eventually } from '../support/eventually.js';
import type { Fleet } from '../support/fleet.js';
import { acceptedOrder, newProduct, placeOrder, untilEnded } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

describeWithFaults('a broker that is away for 10 s', () => {
  let shop: SplitShop;
  let fleet: Fleet;
  let admin: Client;
  let customer: Client;

  beforeAll(async () => {
    shop = await startSplitShop();
    ({ fleet, admin, customer } = shop);
  });
  afterAll(() => shop?.stop());

  it('is a 503 or 504 within the deadline meanwhile, everything accepted before ends, and it flows again without a restart', async () => {
    const sku = await newProduct({ admin }, 50);
    const before = await Promise.all(Array.from({ length: 10 }, () => acceptedOrder(customer, sku)));
    await broker.stop();
    // The length of the outage is the point here, not a wait for something.
    const outage = pause(10_000);
    const refused = await placeOrder(customer, sku);
    expect([503, 504]).toContain(refused.status);
    expect((await fetch(`${fleet.url}/health/ready`)).status).toBe(200);
    await outage;
    await broker.start();
    await eventually(
      'an order is accepted',
      () => placeOrder(customer, sku),
      ({ status }) => status === 202,
    );
    const ended = await Promise.all(before.map((id) => untilEnded(customer, id)));
    expect(ended.map(({ status }) => status)).toEqual(before.map(() => 'confirmed'));
  });
});
