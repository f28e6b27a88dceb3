import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { newServiceKey } from '../../libs/isolith/src/identity/service-key.js';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { Client, newCustomer, signIn } from '../support/client.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { PlacedKeys } from '../support/service-keys.js';
import { notification, pageOf } from '../support/shapes.js';
import { acceptedOrder, ADMIN, newProduct, untilEnded } from '../support/shop.js';

const SELLING = ['users', 'notifications', 'orders', 'products', 'assistant'];
const SUPPLYING = ['inventory', 'payments', 'shipments'];
const HOSTS = [['gateway'], SELLING, SUPPLYING, SELLING, SUPPLYING];
/** One host of each service at a time; nobody is answered while the only gateway is away. */
const WAVES = [[1, 2], [3, 4], [0]];

const keys = new PlacedKeys(HOSTS);
/** What takes the place of the key of whoever supplies. */
const fresh = newServiceKey();
const listing = (...pairs: (typeof fresh)[]) => keys.list(new Map([2, 4].map((place) => [place, pairs])));
const [both, after] = [listing(keys.of(2), fresh), listing(fresh)];

type Told = (place: number) => Readonly<Record<string, string>>;
const having =
  (SERVICE_IDENTITY: 'accepted' | 'preferred' | 'required'): Told =>
  (place) => ({ SERVICE_KEY: keys.of(place).privateKey, SERVICE_PUBLIC_KEYS: both, SERVICE_IDENTITY });
const suppliesWith = (place: number, more: ReturnType<Told>) =>
  HOSTS[place] === SUPPLYING ? { ...more, SERVICE_KEY: fresh.privateKey } : {};

let told: Told[] = HOSTS.map(() => () => ({}));
let [database, vhost, fleet]: [FreshDatabase?, FreshVhost?, Fleet?] = [];
let shop: { fleet: Fleet; admin: Client; customer: Client; sku: string };
beforeAll(async () => {
  [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  fleet = await startFleet({
    placement: { name: 'two services and a gateway', hosts: HOSTS, database: 'postgresql' },
    databaseUrl: database.url,
    transportUrl: vhost.url,
    environmentOf: (place) => told[place]?.(place) ?? {},
  });
  const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
  shop = { fleet, admin, customer: await newCustomer(fleet.url), sku: await newProduct({ admin }, 500) };
});
afterAll(async () => {
  await fleet?.stop();
  await vhost?.drop();
  await database?.drop();
});

const orders: string[] = [];
async function work(): Promise<void> {
  const { customer, sku } = shop;
  const ids = await Promise.all([1, 2, 3].map(() => acceptedOrder(customer, sku)));
  for (const id of ids) expect((await untilEnded(customer, id)).status).toBe('confirmed');
  orders.push(...ids);
}

/** Hosts are told, one of each service after the other, with work going on at the others. */
async function step(to: Told, waves = WAVES): Promise<void> {
  for (const wave of waves) {
    const working = wave.includes(0) ? Promise.resolve() : work();
    for (const place of wave) told = told.with(place, to);
    await Promise.all(
      wave.map(async (place) => {
        await shop.fleet.hosts[place]?.stop();
        await shop.fleet.restartPlace(place);
      }),
    );
    await working;
  }
  await work();
}

/** What hosts have counted since they were told last, by metric. */
async function counted(metric: string): Promise<readonly number[]> {
  return Promise.all(
    shop.fleet.hosts.map(async ({ url }) => {
      const { body } = await new Client(url, shop.admin.token).get('/metrics');
      return z.coerce.number().parse(new RegExp(`^${metric}\\S* (\\d+)$`, 'm').exec(String(body))?.[1]);
    }),
  );
}
const NONE = HOSTS.map(() => 0);

const toldOfAll = async (): Promise<void> => {
  const page = pageOf(notification);
  await eventually(
    'the customer is told of every order',
    () => shop.customer.expect(200, page, shop.customer.get('/v1/notifications?limit=100')),
    ({ items }) =>
      orders.every((id) => items.some(({ kind, text }) => kind === 'order-confirmed' && text.includes(id))),
  );
  expect(JSON.stringify((await shop.admin.get('/actuator/parked')).body)).toContain('"items":[]');
};

describe('keys of services, host by host and with no failed call,', () => {
  it('are taken on', async () => {
    await work();
    await step(having('accepted'));
    expect((await counted('message_shared_secret_total')).every((count) => count > 0)).toBe(true);
  });

  it('are used', async () => {
    await step(having('preferred'));
    expect(await counted('message_refused_senders')).toEqual(NONE);
  });

  it('become all that is believed', async () => {
    await step(having('required'));
    expect(await counted('message_shared_secret_total')).toEqual(NONE);
    expect(await counted('message_refused_senders')).toEqual(NONE);
    await toldOfAll();
  });

  it('are changed', async () => {
    await step(
      (place) => ({
        ...having('required')(place),
        ...suppliesWith(place, { SERVICE_KEY_PREVIOUS: keys.of(place).privateKey }),
      }),
      [[2], [4]],
    );
    await step((place) => ({
      ...having('required')(place),
      ...suppliesWith(place, {}),
      SERVICE_PUBLIC_KEYS: after,
    }));
    expect(await counted('message_refused_senders')).toEqual(NONE);
    await toldOfAll();
  });
});
