import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, expectProblem, signIn } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { ADMIN } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

let shop: SplitShop;
beforeAll(async () => {
  shop = await startSplitShop({
    hosts: [
      ['gateway', 'products', 'assistant'],
      ['users', 'notifications'],
      ['orders', 'inventory', 'payments', 'shipments'],
    ],
  });
});
afterAll(() => shop?.stop());

const open = (): Promise<Client> => signIn(shop.fleet.url, ADMIN.email, ADMIN.password);
/** What each host says to the token. */
const statuses = (token: string | undefined): Promise<readonly number[]> =>
  Promise.all(shop.fleet.hosts.map(async ({ url }) => (await new Client(url, token).get('/actuator/topology')).status));

describe('a session that ends (fault 18)', () => {
  it('has ended on every host, whoever verifies its token', async () => {
    const session = await open();
    expect(await statuses(session.token)).toEqual([200, 200, 200]);
    expect((await session.call('DELETE', '/v1/sessions')).status).toBe(204);
    await eventually(
      'its token counts somewhere',
      () => statuses(session.token),
      (found) => found.every((status) => status === 401),
    );
    expect(await statuses(shop.admin.token)).toEqual([200, 200, 200]);
  });

  it('has ended on a host that was away', async () => {
    const session = await open();
    await shop.fleet.kill('orders');
    expect((await session.call('DELETE', '/v1/sessions')).status).toBe(204);
    await shop.fleet.restart('orders');
    const { url } = shop.fleet.hostOf('orders');
    await eventually(
      'its token counts',
      () => new Client(url, session.token).get('/actuator/topology'),
      ({ status }) => status === 401,
    );
  });

  it('is not taken for one that goes on by a gateway that starts while nobody can say', async () => {
    await shop.fleet.kill('users');
    await shop.fleet.kill('gateway');
    await shop.fleet.restart('gateway');
    const { admin, customer } = shop;
    await expectProblem(503, customer.get('/v1/orders'));
    expect((await customer.get('/v1/products')).status).toBe(200);
    expect((await admin.get('/actuator/topology')).status).toBe(200);
    await shop.fleet.restart('users');
    await eventually(
      'the session goes on',
      () => customer.get('/v1/orders'),
      ({ status }) => status === 200,
    );
  });
});
