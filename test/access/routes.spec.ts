import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AskedShop, type Method } from './asked-shop.js';
import { goldenTable } from './golden-table.js';
import { RouteSamples } from './route-samples.js';

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const { columns, rows } = goldenTable(join(import.meta.dirname, 'routes.txt'), 2);
const golden = rows.map(({ name, cells }) => {
  const [method = '', path = ''] = name.split(' ');
  return { route: name, method, path, statuses: cells };
});

let shop: AskedShop;
let tokens: Readonly<Record<string, string | undefined>>;
let samples: RouteSamples;

beforeAll(async () => {
  shop = await AskedShop.open('memory://', { CONSOLE_SEND: 'on' });
  const admin = await shop.admin();
  const [customer, other, support, nobody] = await Promise.all([
    shop.person(admin),
    shop.person(admin),
    shop.person(admin, 'support'),
    shop.person(admin),
  ]);
  tokens = {
    nobody: undefined,
    customer: customer.accessToken,
    other: other.accessToken,
    support: support.accessToken,
    admin: admin.accessToken,
    ...shop.badTokens(admin),
    ended: await shop.endedToken(admin),
    demoted: await shop.demotedToken(admin),
  };
  const sku = await shop.product(admin, 1_000);
  const [kept, cancelled, shipped, refunded] = await Promise.all(
    Array.from({ length: 4 }, () => shop.order(customer, sku)),
  );
  const orderOf = (path: string): string =>
    (path.includes('/cancel')
      ? cancelled
      : /dispatch|deliver/.test(path)
        ? shipped
        : path.includes('/refunds')
          ? refunded
          : kept) ?? '';
  samples = new RouteSamples({
    sku,
    somebody: nobody,
    password: shop.password,
    refreshToken: async () => (await shop.signIn(nobody.id, nobody.email)).refreshToken,
    orderOf,
    conversationId: await shop.conversation(customer),
  });
});
afterAll(() => shop.close());

describe('who may ask what', () => {
  it('is written down for every route, and for no other', () => {
    const served = [...shop.adapter.routes.paths].flatMap(([path, methods]) =>
      METHODS.filter((method) => methods.has(method)).map((method) => `${method} ${path}`),
    );
    expect(golden.map(({ route }) => route).toSorted()).toEqual(served.toSorted());
    expect(golden.filter(({ statuses }) => statuses.length !== columns.length)).toEqual([]);
    expect(Object.keys(tokens).toSorted()).toEqual(columns.toSorted());
  });

  it.each(golden)('$route', async ({ route, method: verb, path, statuses }) => {
    const method = METHODS.find((one) => one === verb);
    if (method === undefined) throw new Error(`${verb} is no method`);
    const seen: Record<string, string> = {};
    const said: Record<string, string> = {};
    for (const column of columns) {
      const { status, body } = await shop.ask(method, samples.urlOf(path), tokens[column], await samples.bodyOf(route));
      seen[column] = String(status);
      said[column] = status < 300 ? '' : body;
    }
    const wanted = Object.fromEntries(columns.map((column, n) => [column, statuses[n] ?? '']));
    const wrong = columns.filter((column) => seen[column] !== wanted[column]);
    expect({ seen, said: wrong.map((column) => `${column}: ${said[column]}`) }).toEqual({ seen: wanted, said: [] });
  });
});
