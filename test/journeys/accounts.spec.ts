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

  it('is not told to a stranger who sends another password under the same key (fault 23)', async () => {
    const { email, password } = credentials();
    const headers = { 'idempotency-key': randomUUID() };
    const register = (chosen: string) =>
      anonymous.post('/v1/users', { email, password: chosen, name: 'Grace' }, { headers });
    const { id } = await anonymous.expect(201, user, register(password));
    await expectProblem(409, register('a password of another'));
    expect(await anonymous.expect(201, user, register(password))).toMatchObject({ id });
  });

  it('is seen and changed by its owner only', async () => {
    const customer = await newCustomer(shop.url);
    const changed = await customer.expect(200, user, customer.patch('/v1/users/me', { name: 'Another Name' }));
    expect(changed.name).toBe('Another Name');
    await expectProblem(401, anonymous.get('/v1/users/me'));
    await expectProblem(400, customer.patch('/v1/users/me', {}));
  });

  it('changes its password with the current one, in a session that has not ended (fault 18)', async () => {
    const { email, password } = credentials();
    await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const open = () => signIn(shop.url, email, password);
    const [owner, thief, gone] = await Promise.all([open(), open(), open()]);
    await gone.call('DELETE', '/v1/sessions');
    const change = { password: 'a password of another', currentPassword: password };
    await expectProblem(400, owner.patch('/v1/users/me', { password: change.password }));
    await expectProblem(401, owner.patch('/v1/users/me', { ...change, currentPassword: 'a guess of mine' }));
    await expectProblem(401, gone.patch('/v1/users/me', change));
    await owner.expect(200, user, owner.patch('/v1/users/me', change));
    await expectProblem(401, thief.patch('/v1/users/me', { ...change, currentPassword: change.password }));
    await signIn(shop.url, email, change.password);
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

describe('the last admin', () => {
  it('stays one (fault 19)', async () => {
    const { id } = await shop.admin.expect(200, user, shop.admin.get('/v1/users/me'));
    const refused = await expectProblem(409, shop.admin.patch(`/v1/users/${id}`, { roles: ['customer'] }));
    expect(refused).toMatchObject({ type: 'last-admin' });
  });

  it('can no longer be made by who has lost the role (fault 19)', async () => {
    const { email, password } = credentials();
    const { id } = await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Root' }));
    await shop.admin.expect(200, user, shop.admin.patch(`/v1/users/${id}`, { roles: ['admin'] }));
    const second = await signIn(shop.url, email, password);
    await shop.admin.expect(200, user, shop.admin.patch(`/v1/users/${id}`, { roles: ['customer'] }));
    const { status } = await second.patch(`/v1/users/${id}`, { roles: ['admin'] });
    expect([401, 403]).toContain(status);
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

  it('is not opened by guessing: after a few wrong passwords the next has to wait, 429 with Retry-After (fault 22)', async () => {
    const { email, password } = credentials();
    await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const guesses = await Promise.all(
      Array.from({ length: 92 }, (_, n) => anonymous.post('/v1/sessions', { email, password: `a guess, number ${n}` })),
    );
    const refused = guesses.filter(({ status }) => status === 429);
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(92 - refused.length);
    expect(refused.length).toBeGreaterThan(70);
    for (const { headers } of refused) expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect((await newCustomer(shop.url)).token).toBeDefined();
  });

  it('is not opened by a wrong password under the key of a right one', async () => {
    const { email, password } = credentials();
    await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const headers = { 'idempotency-key': randomUUID() };
    await anonymous.expect(201, session, anonymous.post('/v1/sessions', { email, password }, { headers }));
    await expectProblem(401, anonymous.post('/v1/sessions', { email, password: 'not the password' }, { headers }));
  });

  it('is refreshed with a token that works once and may be repeated at once; an old one ends it (fault 32)', async () => {
    const { email, password } = credentials();
    await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const first = await anonymous.expect(201, session, anonymous.post('/v1/sessions', { email, password }));
    const refresh = (refreshToken: string) => anonymous.post('/v1/sessions/refresh', { refreshToken });
    const [second, tab] = await Promise.all(
      [1, 2].map(() => anonymous.expect(201, session, refresh(first.refreshToken))),
    );
    await anonymous.expect(201, session, refresh(tab?.refreshToken ?? ''));
    await anonymous.expect(201, session, refresh(second?.refreshToken ?? ''));
    await expectProblem(401, refresh(first.refreshToken));
    await expectProblem(401, refresh(second?.refreshToken ?? ''));
  });

  it('is closed by its holder', async () => {
    const { email, password } = credentials();
    await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const opened = await anonymous.expect(201, session, anonymous.post('/v1/sessions', { email, password }));
    const holder = new Client(shop.url, opened.accessToken);
    expect((await holder.call('DELETE', '/v1/sessions')).status).toBe(204);
    await expectProblem(401, anonymous.post('/v1/sessions/refresh', { refreshToken: opened.refreshToken }));
  });

  it('ends at once, with its access token, when its holder leaves, changes the password or gets other roles (fault 18)', async () => {
    const { email, password } = credentials();
    const { id } = await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const open = () => signIn(shop.url, email, password);
    const [left, stays] = [await open(), await open()];
    await left.call('DELETE', '/v1/sessions');
    await expectProblem(401, left.get('/v1/notifications'));
    await stays.expect(200, user, stays.get('/v1/users/me'));
    await shop.admin.expect(200, user, shop.admin.patch(`/v1/users/${id}`, { roles: ['customer', 'support'] }));
    await expectProblem(401, stays.get('/v1/users/me'));
    const [owner, thief] = [await open(), await open()];
    const change = { password: 'a password of another', currentPassword: password };
    await owner.expect(200, user, owner.patch('/v1/users/me', change));
    for (const holder of [owner, thief]) await expectProblem(401, holder.get('/v1/users/me'));
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

describe('a forgotten password', () => {
  it('is asked for by anybody, with one answer, and set with a token that was given out', async () => {
    const { email, password } = credentials();
    await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Grace' }));
    const ask = (address: string) => anonymous.post('/v1/password-resets', { email: address });
    const answers = [await ask(email), await ask(`x${email}`)];
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [202, ''],
      [202, ''],
    ]);
    await expectProblem(404, anonymous.post('/v1/password-resets/never-given-out', { password: 'a new password' }));
    await expectProblem(400, anonymous.post('/v1/password-resets/never-given-out', { password: 'short' }));
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
