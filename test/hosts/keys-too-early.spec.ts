import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { Client, newCustomer, signIn } from '../support/client.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { PlacedKeys } from '../support/service-keys.js';
import { notification, pageOf } from '../support/shapes.js';
import { acceptedOrder, ADMIN, newProduct, untilStatus } from '../support/shop.js';

const HOSTS = [
  ['gateway', 'users', 'products', 'orders', 'inventory', 'payments', 'shipments', 'assistant'],
  ['notifications'],
];

const keys = new PlacedKeys(HOSTS);
const has = new Set<number>();
let [database, vhost, fleet]: [FreshDatabase?, FreshVhost?, Fleet?] = [];
beforeAll(async () => {
  [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  fleet = await startFleet({
    placement: { name: 'a host alone with keys', hosts: HOSTS, database: 'postgresql' },
    databaseUrl: database.url,
    transportUrl: vhost.url,
    environmentOf: (place) =>
      has.has(place)
        ? {
            SERVICE_KEY: keys.of(place).privateKey,
            SERVICE_PUBLIC_KEYS: keys.list(),
            SERVICE_IDENTITY: 'required',
          }
        : {},
  });
});
afterAll(async () => {
  await fleet?.stop();
  await vhost?.drop();
  await database?.drop();
});

it('a host that uses its key before another was told of any costs no event (fault 1)', async () => {
  if (fleet === undefined) throw new Error('nothing runs');
  const { hosts, url } = fleet;
  const admin = await signIn(url, ADMIN.email, ADMIN.password);
  const customer = await newCustomer(url);
  const sku = await newProduct({ admin }, 10);
  const told = async (orderId: string): Promise<number> => {
    const asked = customer.get('/v1/notifications?limit=100');
    const { items } = await customer.expect(200, pageOf(notification), asked);
    return items.filter(({ kind, text }) => kind === 'order-confirmed' && text.includes(orderId)).length;
  };
  const confirmed = async (): Promise<string> => {
    const id = await acceptedOrder(customer, sku);
    await untilStatus(customer, id, 'confirmed');
    return id;
  };
  const untilTold = (id: string) =>
    eventually(
      `the customer is told of ${id}`,
      () => told(id),
      (count) => count > 0,
    );
  await untilTold(await confirmed());

  // Everything at once at one host, and nothing at the other: it hands back, or sets aside, what it can't judge.
  const restart = async (place: number): Promise<void> => {
    has.add(place);
    await hosts[place]?.stop();
    await fleet?.restartPlace(place);
  };
  await restart(0);
  const id = await confirmed();
  await eventually(
    'the other host says that it does not know the key',
    async () => {
      const { body } = await new Client(hosts[1]?.url ?? '').get('/health/ready');
      return `${hosts[1]?.output()} ${JSON.stringify(body)}`;
    },
    (said) => said.includes('is not known, only'),
  );

  await restart(1);
  await untilTold(id);
  await untilTold(await confirmed());
  expect(await told(id)).toBe(1);
});
