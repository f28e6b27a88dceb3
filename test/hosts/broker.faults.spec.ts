import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { broker, freshVhost, type FreshVhost } from '../support/broker.js';
import { newCustomer, signIn, type Client } from '../support/client.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { describeWithFaults } from '../support/describe-with-faults.js';
import { eventually } from '../support/eventually.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { eachItsOwn } from '../support/placements.js';
import { acceptedOrder, ADMIN, newProduct, placeOrder, untilEnded } from '../support/shop.js';

describeWithFaults('a broker that is away for 10 s', () => {
  let database: FreshDatabase;
  let vhost: FreshVhost;
  let fleet: Fleet;
  let admin: Client;
  let customer: Client;

  beforeAll(async () => {
    [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
    fleet = await startFleet({ placement: eachItsOwn, databaseUrl: database.url, transportUrl: vhost.url });
    admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    customer = await newCustomer(fleet.url);
  }, 120_000);
  afterAll(async () => {
    await fleet?.stop();
    await vhost?.drop();
    await database?.drop();
  }, 60_000);

  it('is a 503 or 504 within the deadline meanwhile, everything accepted before ends, and it flows again within 10 s', async () => {
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
    const back = Date.now();
    await eventually('an order is accepted', () => placeOrder(customer, sku), ({ status }) => status === 202);
    expect(Date.now() - back).toBeLessThan(10_000);
    const ended = await Promise.all(before.map((id) => untilEnded(customer, id)));
    expect(ended.map(({ status }) => status)).toEqual(before.map(() => 'confirmed'));
  }, 150_000);
});
