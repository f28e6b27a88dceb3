import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { Client, expectProblem, newCustomer, signIn } from '../support/client.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { session } from '../support/shapes.js';
import { acceptedOrder, ADMIN, newProduct, untilEnded } from '../support/shop.js';

const OLD = 'o'.repeat(40);
const FRESH = 'f'.repeat(40);
/** What hosts are told in each step: the fresh secret is accepted first, then signs, then is the only one. */
const STEPS = {
  before: { AUTH_SECRET: OLD },
  prepared: { AUTH_SECRET: OLD, AUTH_SECRET_NEXT: FRESH },
  changed: { AUTH_SECRET: FRESH, AUTH_SECRET_PREVIOUS: OLD },
  after: { AUTH_SECRET: FRESH },
};
const BEHIND = ['users', 'notifications', 'orders', 'products', 'inventory', 'payments', 'shipments'];

let database: FreshDatabase;
let vhost: FreshVhost;
let fleet: Fleet;
const told: (keyof typeof STEPS)[] = ['before', 'before', 'before'];
beforeAll(async () => {
  [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  fleet = await startFleet({
    placement: { name: 'two replicas', hosts: [['gateway'], BEHIND, BEHIND], database: 'postgresql' },
    databaseUrl: database.url,
    transportUrl: vhost.url,
    environmentOf: (place) => STEPS[told[place] ?? 'before'],
  });
});
afterAll(async () => {
  await fleet?.stop();
  await vhost?.drop();
  await database?.drop();
});

const health = z.object({ status: z.string() });

/** One host after the other is told of the step, with work going on at the others. */
async function step(to: keyof typeof STEPS, work: () => Promise<void>): Promise<void> {
  for (const place of told.keys()) {
    told[place] = to;
    // Nobody is answered while the only gateway is away.
    const working = place === 0 ? Promise.resolve() : work();
    await fleet.hosts[place]?.stop();
    await fleet.restartPlace(place);
    await working;
    await work();
  }
}

describe('the secret of the hosts', () => {
  it('is changed host by host, with no failed call and nobody signed out', async () => {
    const anonymous = new Client(fleet.url);
    const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    const customer = await newCustomer(fleet.url);
    const opened = await anonymous.expect(201, session, anonymous.post('/v1/sessions', ADMIN));
    const sku = await newProduct({ admin }, 100);
    const work = async (): Promise<void> => {
      const ids = await Promise.all([1, 2, 3].map(() => acceptedOrder(customer, sku)));
      for (const id of ids) expect((await untilEnded(customer, id)).status).toBe('confirmed');
      expect((await customer.get('/v1/notifications')).status).toBe(200);
    };
    await work();
    await step('prepared', work);
    await step('changed', work);
    // A refresh token of before the change is exchanged for one of after it.
    const refresh = (refreshToken: string) => anonymous.post('/v1/sessions/refresh', { refreshToken });
    const { refreshToken } = await anonymous.expect(201, session, refresh(opened.refreshToken));
    for (const { url } of fleet.hosts)
      await eventually(
        `${url} lacks nothing`,
        async () => health.parse((await new Client(url).get('/health/ready')).body).status,
        (status) => status === 'ok',
      );
    const again = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    await step('after', async () => {
      expect((await again.get('/v1/notifications')).status).toBe(200);
    });
    await expectProblem(401, customer.get('/v1/notifications'));
    await eventually(
      'it is refreshed',
      () => refresh(refreshToken),
      ({ status }) => status === 201,
    );
  });
});
