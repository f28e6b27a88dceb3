import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AskedShop } from './asked-shop.js';

/** Stands in all that is personal or secret in this shop. */
const MARK = 'PLANTED7';
const ADDRESS = { name: MARK, line1: `1 ${MARK} Way`, city: MARK, postalCode: 'N1 9GU', country: 'GB' };

let shop: AskedShop;
let admin: string;
beforeAll(async () => {
  shop = await AskedShop.open('memory://', {
    AUTH_SECRET: `${MARK} `.repeat(5),
    METRICS_TOKEN: MARK,
    CONSOLE_LINK: `/nowhere/${MARK}`,
    CONSOLE_SEND: 'on',
  });
  const boss = await shop.admin();
  admin = boss.accessToken;
  const sku = await shop.product(boss, 10);
  const account = { email: `${MARK}@access.example`, password: `${MARK} and a long password`, name: MARK };
  await shop.ask('POST', '/v1/users', undefined, account);
  const { id, accessToken } = await shop.person(boss);
  await shop.ask('PATCH', '/v1/users/me', accessToken, { name: MARK });
  const wanted = { lines: [{ sku, quantity: 1 }], paymentToken: `tok_${MARK}`, address: ADDRESS };
  expect((await shop.ask('POST', '/v1/orders', accessToken, wanted)).status).toBe(202);
  // That it is there: an operator may read it where its contract lets him.
  const seen = await shop.ask('GET', '/v1/users/me', accessToken);
  expect([id.length > 0, seen.body.includes(MARK)]).toEqual([true, true]);
});
afterAll(() => shop.close());

it.each(['/console', '/console/', '/console/config.json'])(
  '%s tells nobody what is personal or secret',
  async (url) => {
    expect((await shop.ask('GET', url)).body).not.toMatch(new RegExp(MARK, 'i'));
  },
);

it.each([
  '/actuator/topology',
  '/actuator/contracts',
  '/actuator/circuitbreakers',
  '/actuator/projections',
  '/actuator/sagas',
  '/actuator/parked',
])('%s tells no operator either', async (url) => {
  const { status, body } = await shop.ask('GET', url, admin);
  expect(status).toBe(200);
  expect(body).not.toMatch(new RegExp(MARK, 'i'));
});

it('/actuator/live tells no operator either', async () => {
  const first = await shop.firstEvent('/actuator/live', admin);
  expect(first).toContain('event: snapshot');
  expect(first).not.toMatch(new RegExp(MARK, 'i'));
});

it('a link and a message that are refused are not said again', async () => {
  const refused = [
    await shop.ask('POST', '/console/session', undefined, { link: MARK }),
    await shop.ask('POST', '/actuator/contracts/users.register-user', admin, {
      input: { email: MARK, password: MARK, name: MARK },
    }),
    await shop.ask('POST', '/actuator/contracts/products.create-product', admin, { input: { sku: `${MARK}!` } }),
  ];
  for (const { status, body } of refused) {
    expect([200, 401]).toContain(status);
    expect(body).not.toMatch(new RegExp(MARK, 'i'));
  }
});
