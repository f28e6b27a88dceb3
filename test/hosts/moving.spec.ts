import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { Client, newCustomer, signIn } from '../support/client.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { eachItsOwn, oneProcess } from '../support/placements.js';
import { notification, pageOf } from '../support/shapes.js';
import { acceptedOrder, ADMIN, newProduct, stockOf, untilStatus } from '../support/shop.js';

let database: FreshDatabase;
let vhost: FreshVhost;

beforeAll(async () => {
  [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
});
afterAll(async () => {
  await vhost?.drop();
  await database?.drop();
});

const ORDERS_A_STAGE = 12;
const secret = 'the same secret for every placement of this shop';

/** Confirms orders and dispatches them, then ends every host with SIGKILL: what they caused is still under way. */
async function stage(fleet: Fleet, sku: string, customer: Client): Promise<string[]> {
  const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
  const ids = await Promise.all(Array.from({ length: ORDERS_A_STAGE }, () => acceptedOrder(customer, sku)));
  await Promise.all(ids.map((id) => untilStatus(customer, id, 'confirmed')));
  const dispatched = await Promise.all(ids.map((id) => admin.post(`/v1/shipments/${id}/dispatch`)));
  expect(dispatched.map(({ status }) => status)).toEqual(ids.map(() => 202));
  await Promise.all(fleet.hosts.map((host) => host.kill()));
  return ids;
}

it('a shop that moves from one process to split and back, in full flight, loses no event and doubles none', async () => {
  const environment = { AUTH_SECRET: secret };
  const databaseUrl = database.url;
  const transportUrl = vhost.url;
  const one = await startFleet({ placement: oneProcess, databaseUrl, environment });
  const admin = await signIn(one.url, ADMIN.email, ADMIN.password);
  const sku = await newProduct({ admin }, 100);
  const customer = await newCustomer(one.url);
  const as = (fleet: Fleet): Client => new Client(fleet.url, customer.token, customer.userId);

  const ids = await stage(one, sku, customer);
  const split = await startFleet({ placement: eachItsOwn, databaseUrl, transportUrl, environment });
  ids.push(...(await stage(split, sku, as(split))));
  // Back with the transport once, so that what stands in the queues is taken.
  const back = await startFleet({ placement: oneProcess, databaseUrl, transportUrl, environment });
  ids.push(...(await stage(back, sku, as(back))));
  const home = await startFleet({ placement: oneProcess, databaseUrl, transportUrl, environment });

  const { length } = ids;
  await Promise.all(ids.map((id) => untilStatus(as(home), id, 'shipped')));
  const clerk = await signIn(home.url, ADMIN.email, ADMIN.password);
  await eventually(
    'all stock has left',
    () => stockOf({ admin: clerk }, sku),
    ({ onHand, reserved }) => onHand === 100 - length && reserved === 0,
  );
  const told = await eventually(
    'the customer was told of everything',
    () => everythingTold(as(home)),
    (kinds) => kinds.length >= 2 * length,
  );
  const count = (kind: string) => told.filter((entry) => entry.includes(kind)).length;
  expect({ confirmed: count('confirmed'), shipped: count('shipped'), all: told.length }).toEqual({
    confirmed: length,
    shipped: length,
    all: 2 * length,
  });
  expect(new Set(told).size).toBe(told.length);
  await home.stop();
});

/** One line for each notification: its kind and its order. */
async function everythingTold(customer: Client): Promise<string[]> {
  const lines: string[] = [];
  const page = pageOf(notification.extend({ orderId: z.string().optional() }));
  let cursor = '';
  for (;;) {
    const { items, nextCursor } = await customer.expect(
      200,
      page,
      customer.get(`/v1/notifications?limit=100${cursor}`),
    );
    lines.push(...items.map(({ kind, orderId }) => `${kind} ${orderId}`));
    if (nextCursor === undefined) return lines;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}
