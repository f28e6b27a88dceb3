import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Client, expectProblem, newCustomer, signIn } from '../support/client.js';
import { session, user } from '../support/shapes.js';
import { newProduct, openShop, stockOf } from '../support/shop.js';

let shop: Awaited<ReturnType<typeof openShop>>;
let anonymous: Client;

beforeAll(async () => {
  shop = await openShop();
  anonymous = new Client(shop.url);
});
afterAll(() => shop.stop());

const credentials = () => ({ email: `person-${randomUUID()}@shop.example`, password: 'a password of mine' });

describe('an account', () => {
  it('is registered once per e-mail, whatever its case', async () => {
    const { email, password } = credentials();
    const created = await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    expect(created).toMatchObject({ email, name: 'Grace', roles: ['customer'] });
    await expectProblem(409, anonymous.post('/v1/users', { email: email.toUpperCase(), password, name: 'Grace' }));
  });

  it('is seen and changed by its owner only', async () => {
    const customer = await newCustomer(shop.url);
    const changed = await customer.expect(200, user, customer.patch('/v1/users/me', { name: 'Another Name' }));
    expect(changed.name).toBe('Another Name');
    await expectProblem(401, anonymous.get('/v1/users/me'));
    await expectProblem(400, customer.patch('/v1/users/me', {}));
  });

  it('gets its roles from an admin; they count from the next sign-in', async () => {
    const { email, password } = credentials();
    const { id } = await anonymous.expect(
      201,
      user,
      anonymous.post('/v1/users', { email, password, name: 'Help Desk' }),
    );
    const customer = await signIn(shop.url, email, password);
    await expectProblem(403, customer.patch(`/v1/users/${id}`, { roles: ['admin'] }));
    await shop.admin.expect(200, user, shop.admin.patch(`/v1/users/${id}`, { roles: ['customer', 'support'] }));
    const support = await signIn(shop.url, email, password);
    const sku = await newProduct(shop, 3);
    expect((await support.get(`/v1/inventory/${sku}`)).status).toBe(200);
    await expectProblem(403, support.post(`/v1/inventory/${sku}/receipts`, { quantity: 1 }));
    await expectProblem(403, support.post('/v1/products', { sku: 'X-1', name: 'X', priceMinor: 1, currency: 'EUR' }));
  });
});

describe('a session', () => {
  it('needs the right password, and does not tell which half was wrong', async () => {
    const { email, password } = credentials();
    await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const wrong = await expectProblem(401, anonymous.post('/v1/sessions', { email, password: 'not the password' }));
    const nobody = await expectProblem(401, anonymous.post('/v1/sessions', { email: `x${email}`, password }));
    expect(nobody).toEqual(wrong);
  });

  it('is not opened by a wrong password under the key of a right one', async () => {
    const { email, password } = credentials();
    await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const headers = { 'idempotency-key': randomUUID() };
    await anonymous.expect(201, session, anonymous.post('/v1/sessions', { email, password }, { headers }));
    await expectProblem(401, anonymous.post('/v1/sessions', { email, password: 'not the password' }, { headers }));
  });

  it('is refreshed with a token that works once; an old one ends it', async () => {
    const { email, password } = credentials();
    await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const first = await anonymous.expect(201, session, anonymous.post('/v1/sessions', { email, password }));
    const refresh = (refreshToken: string) => anonymous.post('/v1/sessions/refresh', { refreshToken });
    const second = await anonymous.expect(201, session, refresh(first.refreshToken));
    await expectProblem(401, refresh(first.refreshToken));
    await expectProblem(401, refresh(second.refreshToken));
  });

  it('is closed by its holder', async () => {
    const { email, password } = credentials();
    await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const opened = await anonymous.expect(201, session, anonymous.post('/v1/sessions', { email, password }));
    const holder = new Client(shop.url, opened.accessToken);
    expect((await holder.call('DELETE', '/v1/sessions')).status).toBe(204);
    await expectProblem(401, anonymous.post('/v1/sessions/refresh', { refreshToken: opened.refreshToken }));
  });

  it.each([
    ['none', undefined],
    ['no token at all', 'nonsense'],
    [
      'an unsigned one',
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"x","roles":["admin"]}').toString('base64url')}.`,
    ],
  ])('with %s is a 401', async (_, token) => {
    await expectProblem(401, new Client(shop.url, token).get('/v1/notifications'));
  });

  it('with a token whose payload was changed is a 401', async () => {
    const { token = '' } = await newCustomer(shop.url);
    const [header, payload = '', signature] = token.split('.');
    const claims = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    const forged = Buffer.from(JSON.stringify({ ...claims, roles: ['admin'] })).toString('base64url');
    await expectProblem(401, new Client(shop.url, `${header}.${forged}.${signature}`).get('/v1/users/me'));
  });
});

describe('the actuator', () => {
  it('is for admins', async () => {
    const customer = await newCustomer(shop.url);
    for (const path of ['topology', 'circuitbreakers', 'sagas', 'projections']) {
      await expectProblem(401, anonymous.get(`/actuator/${path}`));
      await expectProblem(403, customer.get(`/actuator/${path}`));
      expect((await shop.admin.get(`/actuator/${path}`)).status).toBe(200);
    }
  });

  it('keeps the metrics from strangers and shows them to an admin', async () => {
    await expectProblem(401, anonymous.get('/metrics'));
    const { status, body } = await shop.admin.get('/metrics');
    expect(status).toBe(200);
    expect(body).toContain('service_request_total');
  });

  it('tells anyone that the host is alive and ready', async () => {
    expect((await anonymous.get('/health/live')).status).toBe(200);
    expect((await anonymous.get('/health/ready')).status).toBe(200);
  });
});

describe('stock', () => {
  it('comes with receipts', async () => {
    const sku = await newProduct(shop, 3);
    expect(await stockOf(shop, sku)).toEqual({ sku, onHand: 3, reserved: 0, available: 3 });
  });
});
