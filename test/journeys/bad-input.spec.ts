import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, expectProblem, newCustomer } from '../support/client.js';
import { address, newProduct, openShop } from '../support/shop.js';

let shop: Awaited<ReturnType<typeof openShop>>;
let anonymous: Client;
let customer: Client;
let sku: string;

beforeAll(async () => {
  shop = await openShop();
  anonymous = new Client(shop.url);
  customer = await newCustomer(shop.url);
  sku = await newProduct(shop, 1_000);
});
afterAll(() => shop.stop());

type Body = Record<string, unknown>;
interface Call {
  readonly by: () => Client;
  readonly method: string;
  readonly path: () => string;
  readonly status: number;
  readonly valid: () => Body;
}

const calls = {
  register: {
    by: () => anonymous,
    method: 'POST',
    path: () => '/v1/users',
    status: 201,
    valid: () => ({ email: `m-${randomUUID()}@shop.example`, password: 'long enough', name: 'M' }),
  },
  signIn: {
    by: () => anonymous,
    method: 'POST',
    path: () => '/v1/sessions',
    status: 201,
    valid: () => ({ email: 'admin@shop.example', password: 'the admin of the tests' }),
  },
  profile: {
    by: () => customer,
    method: 'PATCH',
    path: () => '/v1/users/me',
    status: 200,
    valid: () => ({ name: 'New Name' }),
  },
  product: {
    by: () => shop.admin,
    method: 'POST',
    path: () => '/v1/products',
    status: 201,
    valid: () => ({ sku: `M-${randomUUID().slice(0, 8).toUpperCase()}`, name: 'M', priceMinor: 1, currency: 'EUR' }),
  },
  change: {
    by: () => shop.admin,
    method: 'PATCH',
    path: () => `/v1/products/${sku}`,
    status: 200,
    valid: () => ({ name: 'Renamed' }),
  },
  receipt: {
    by: () => shop.admin,
    method: 'POST',
    path: () => `/v1/inventory/${sku}/receipts`,
    status: 201,
    valid: () => ({ quantity: 1 }),
  },
  order: {
    by: () => customer,
    method: 'POST',
    path: () => '/v1/orders',
    status: 202,
    valid: () => ({ lines: [{ sku, quantity: 1 }], paymentToken: 'tok_ok', address }),
  },
} satisfies Record<string, Call>;

const send = ({ by, method, path }: Call, body: unknown) =>
  by().call(method, path(), body, { headers: { 'idempotency-key': randomUUID() } });

const mutants: readonly [keyof typeof calls, string, (body: Body) => Body][] = [
  ['register', '/email', (body) => ({ ...body, email: 'no e-mail' })],
  ['register', '/password', (body) => ({ ...body, password: 'short' })],
  ['register', '/password', (body) => ({ ...body, password: 'x'.repeat(201) })],
  ['register', '/name', ({ name: _, ...body }) => body],
  ['register', '/roles', (body) => ({ ...body, roles: ['admin'] })],
  ['signIn', '/email', (body) => ({ ...body, email: 7 })],
  ['signIn', '/password', ({ password: _, ...body }) => body],
  ['profile', '/nickname', (body) => ({ ...body, nickname: 'N' })],
  ['product', '/sku', (body) => ({ ...body, sku: 'lower case' })],
  ['product', '/priceMinor', (body) => ({ ...body, priceMinor: 1.5 })],
  ['product', '/priceMinor', (body) => ({ ...body, priceMinor: -1 })],
  ['product', '/currency', (body) => ({ ...body, currency: 'EURO' })],
  ['change', '/priceMinor', (body) => ({ ...body, priceMinor: '12' })],
  ['receipt', '/quantity', (body) => ({ ...body, quantity: 0 })],
  ['receipt', '/quantity', (body) => ({ ...body, quantity: 2 ** 60 })],
  ['order', '/lines', (body) => ({ ...body, lines: [] })],
  ['order', '/lines/0/quantity', (body) => ({ ...body, lines: [{ sku, quantity: 0 }] })],
  ['order', '/lines/0/sku', (body) => ({ ...body, lines: [{ quantity: 1 }] })],
  ['order', '/lines/0/price', (body) => ({ ...body, lines: [{ sku, quantity: 1, price: 1 }] })],
  ['order', '/paymentToken', ({ paymentToken: _, ...body }) => body],
  ['order', '/address', ({ address: _, ...body }) => body],
  ['order', '/address/country', (body) => ({ ...body, address: { ...address, country: 'Britain' } })],
  ['order', '/address/city', (body) => ({ ...body, address: { ...address, city: 'a\u0000b' } })],
  ['order', '/address/name', (body) => ({ ...body, address: { ...address, name: 'half a \ud800 pair' } })],
  ['order', '/paymentToken', (body) => ({ ...body, paymentToken: 'tok\u0000' })],
  ['product', '/name', (body) => ({ ...body, name: 'M\ud800' })],
  ['order', '/address/line1', (body) => ({ ...body, address: { ...address, line1: '' } })],
];

describe('a body', () => {
  it.each(Object.entries(calls))('that is right is taken: %s', async (_, call) => {
    const { status, body } = await send(call, call.valid());
    expect({ status, body }).toMatchObject({ status: call.status });
  });

  it.each(mutants)('with one thing wrong is a 400 that names it: %s %s', async (name, pointer, mutate) => {
    const call: Call = calls[name];
    const { errors = [] } = await expectProblem(400, send(call, mutate(call.valid())));
    expect(errors.map((error) => error.pointer)).toContain(pointer);
  });

  it('that is no JSON, no object, too large or of another type is refused', async () => {
    const json = { 'content-type': 'application/json' };
    await expectProblem(400, anonymous.post('/v1/users', undefined, { raw: '{"email":', headers: json }));
    await expectProblem(400, anonymous.post('/v1/users', undefined, { raw: '[]', headers: json }));
    await expectProblem(413, anonymous.post('/v1/users', { name: 'x'.repeat(2_000_000) }));
    await expectProblem(
      415,
      anonymous.post('/v1/users', undefined, { raw: 'email=a', headers: { 'content-type': 'text/plain' } }),
    );
  });
});

describe('a state that does not fit', () => {
  it('is a 409 for a sku that exists', async () => {
    await expectProblem(409, shop.admin.post('/v1/products', { sku, name: 'again', priceMinor: 1, currency: 'EUR' }));
  });

  it('is a 422 for an unknown sku, which it names', async () => {
    const body = {
      lines: [
        { sku, quantity: 1 },
        { sku: 'NO-SUCH-THING', quantity: 1 },
      ],
      paymentToken: 'tok_ok',
      address,
    };
    const document = await expectProblem(
      422,
      customer.post('/v1/orders', body, { headers: { 'idempotency-key': randomUUID() } }),
    );
    expect(JSON.stringify(document)).toContain('NO-SUCH-THING');
    expect(document.errors?.map(({ pointer }) => pointer)).toContain('/lines/1/sku');
  });

  it('is a 422 for a foreign currency', async () => {
    await expectProblem(422, shop.admin.post('/v1/products', { ...calls.product.valid(), currency: 'USD' }));
  });

  it('is a 400 for an order without a key', async () => {
    const document = await expectProblem(400, customer.post('/v1/orders', calls.order.valid()));
    expect(JSON.stringify(document).toLowerCase()).toContain('idempotency-key');
  });

  it.each(['/v1/orders/0b5f6a7a-6c31-4a3e-9f0c-3f2f9a2d7b11', '/v1/products/NO-SUCH-THING', '/v1/nothing'])(
    'is a 404 for what is not there: %s',
    async (path) => {
      await expectProblem(404, customer.get(path));
    },
  );

  it.each([
    '/v1/orders/not-an-id',
    '/v1/products/%20',
    '/v1/products?limit=0',
    '/v1/products?limit=101',
    '/v1/products?cursor=%7B',
    '/v1/orders?status=lost',
    '/v1/products?colour=red',
  ])('is a 400 for a malformed path or query: %s', async (path) => {
    await expectProblem(400, customer.get(path));
  });
});

describe('a list', () => {
  it('is paged to its end without a gap or a repetition', async () => {
    const prefix = `Page ${randomUUID().slice(0, 6)}`;
    for (let index = 0; index < 5; index += 1) {
      await shop.admin.post('/v1/products', { ...calls.product.valid(), name: `${prefix} ${index}` });
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await anonymous.get(`/v1/products?q=${encodeURIComponent(prefix)}&limit=2${cursor}`);
      const { items, nextCursor } = Object(body) as { items: { sku: string }[]; nextCursor?: string };
      seen.push(...items.map((item) => item.sku));
      cursor = nextCursor === undefined ? '' : `&cursor=${encodeURIComponent(nextCursor)}`;
    } while (cursor !== '' && seen.length < 20);
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(5);
  });
});

describe('the documentation', () => {
  it('describes every route of the shop with its body', async () => {
    const { status, body } = await anonymous.get('/docs-json');
    expect(status).toBe(200);
    const { paths } = Object(body) as { paths: Record<string, Record<string, { requestBody?: unknown }>> };
    for (const [path, method] of [
      ['/v1/users', 'post'],
      ['/v1/sessions', 'post'],
      ['/v1/products', 'post'],
      ['/v1/orders', 'post'],
      ['/v1/inventory/{sku}/receipts', 'post'],
    ] as const) {
      expect([path, paths[path]?.[method]?.requestBody !== undefined]).toEqual([path, true]);
    }
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/orders/{id}',
        '/v1/payments/reconciliation',
        '/v1/shipments/{orderId}/dispatch',
        '/v1/notifications',
      ]),
    );
  });
});
