import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shiftedClock, type Clock } from '../support/clocks.js';
import { newCustomer } from '../support/client.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { freshVhost } from '../support/broker.js';
import { freshDatabase } from '../support/database.js';
import { signIn } from '../support/client.js';
import { acceptedOrder, ADMIN, newProduct, untilEnded } from '../support/shop.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** The contexts of each host, and how far its clock is ahead of the machine's. */
const HOSTS: readonly (readonly [contexts: readonly string[], aheadMs: number])[] = [
  [['gateway', 'products', 'assistant'], HOUR],
  [['users', 'notifications'], 0],
  [['orders'], -HOUR],
  [['inventory', 'payments', 'shipments'], 15 * SECOND],
];

let database: Awaited<ReturnType<typeof freshDatabase>>;
let vhost: Awaited<ReturnType<typeof freshVhost>>;
let fleet: Fleet;
let clocks: readonly Clock[];

beforeAll(async () => {
  [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  clocks = HOSTS.map(([, aheadMs]) => shiftedClock(aheadMs));
  fleet = await startFleet({
    placement: { name: 'clocks', hosts: HOSTS.map(([contexts]) => contexts), database: 'postgresql' },
    databaseUrl: database.url,
    transportUrl: vhost.url,
    environmentOf: (place) => clocks[place]?.environment ?? {},
  });
});
afterAll(async () => {
  await fleet?.stop();
  await vhost?.drop();
  await database?.drop();
});

describe('hosts whose clocks are 15 s and an hour ahead, and an hour back (fault 8)', () => {
  async function ordersEnd(): Promise<void> {
    const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    const customer = await newCustomer(fleet.url);
    const sku = await newProduct({ admin }, 5);
    const ids = await Promise.all([1, 2, 3].map(() => acceptedOrder(customer, sku)));
    for (const id of ids) expect((await untilEnded(customer, id)).status).toBe('confirmed');
    for (const host of fleet.hosts) expect((await fetch(`${host.url}/health/ready`)).status).toBe(200);
  }

  it('do their work', ordersEnd);

  it('do their work when the clocks are set while they run', async () => {
    for (const [place, clock] of clocks.entries()) clock.step([-HOUR, 15 * SECOND, HOUR, -15 * SECOND][place] ?? 0);
    await ordersEnd();
    for (const clock of clocks) clock.step(0);
    await ordersEnd();
  });
});
