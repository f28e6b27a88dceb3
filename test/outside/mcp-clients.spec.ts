import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Client, newCustomer, signIn } from '../support/client.js';
import { acceptedOrder, newProduct, type Shop, startShop, untilStatus } from '../support/shop.js';
import { connectAiSdk } from './mcp/ai-sdk-client.js';
import type { CallResult, Connect, ForeignClient } from './mcp/foreign-client.js';
import { connectOwnMaker } from './mcp/own-maker-client.js';
import { connectPython, pythonOfMcp } from './mcp/python-client.js';

/** The first run on a machine installs. */
const INSTALL_LIMIT_MS = 300_000;

/** Whose tools are which: written by hand. `write`: done once its user has agreed. */
const TOOLS: Readonly<
  Record<string, { readonly of: 'everybody' | 'support' | 'admin'; readonly kind: 'read' | 'write' }>
> = {
  'products_search-products': { of: 'everybody', kind: 'read' },
  'products_get-product': { of: 'everybody', kind: 'read' },
  'orders_get-order': { of: 'everybody', kind: 'read' },
  'orders_list-orders': { of: 'everybody', kind: 'read' },
  'notifications_list-notifications': { of: 'everybody', kind: 'read' },
  'inventory_get-stock': { of: 'support', kind: 'read' },
  'payments_get-payment': { of: 'support', kind: 'read' },
  payments_reconcile: { of: 'support', kind: 'read' },
  'shipments_get-shipment': { of: 'support', kind: 'read' },
  'orders_cancel-order': { of: 'everybody', kind: 'write' },
  'orders_return-order': { of: 'everybody', kind: 'write' },
  'payments_request-refund': { of: 'support', kind: 'write' },
  'shipments_dispatch-shipment': { of: 'support', kind: 'write' },
  'shipments_deliver-shipment': { of: 'support', kind: 'write' },
  'inventory_receive-stock': { of: 'admin', kind: 'write' },
};
const HAS = { customer: ['everybody'], support: ['everybody', 'support'], admin: ['everybody', 'support', 'admin'] };
type Role = keyof typeof HAS;
const toolsOf = (role: Role) => Object.keys(TOOLS).filter((name) => HAS[role].includes(TOOLS[name]?.of ?? ''));

const MAKERS: readonly (readonly [string, Connect])[] = [
  ["the protocol's makers, revision of today", connectOwnMaker('auto')],
  ["the protocol's makers, revision before", connectOwnMaker('legacy')],
  ['Vercel', connectAiSdk],
  ["Python's makers", connectPython],
];

let shop: Shop;
let people: Readonly<Record<Role, Client>>;
let args: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
let sku: string;
const connected: ForeignClient[] = [];

beforeAll(async () => {
  await pythonOfMcp();
  shop = await startShop();
  const email = 'support@shop.example';
  const password = 'the support of the tests';
  const { body } = await new Client(shop.url).post('/v1/users', { email, password, name: 'S' });
  const { id } = z.object({ id: z.string() }).parse(body);
  await shop.admin.call('PATCH', `/v1/users/${id}`, { roles: ['support'] });
  people = {
    customer: await newCustomer(shop.url),
    support: await signIn(shop.url, email, password),
    admin: shop.admin,
  };
  sku = await newProduct(shop, 100);
  const orderId = await acceptedOrder(people.customer, sku);
  await untilStatus(people.customer, orderId, 'confirmed');
  const about = { orderId };
  args = {
    'products_search-products': { q: sku, limit: 5 },
    'products_get-product': { sku },
    'orders_get-order': about,
    'orders_list-orders': { limit: 5 },
    'notifications_list-notifications': { limit: 5 },
    'inventory_get-stock': { sku },
    'payments_get-payment': about,
    payments_reconcile: {},
    'shipments_get-shipment': about,
    'orders_cancel-order': about,
    'orders_return-order': about,
    'payments_request-refund': about,
    'shipments_dispatch-shipment': about,
    'shipments_deliver-shipment': about,
    'inventory_receive-stock': { sku, quantity: 3 },
  };
}, INSTALL_LIMIT_MS);
afterAll(async () => {
  await Promise.all(connected.map((client) => client.close()));
  await shop.stop();
});

async function as(connect: Connect, { token }: { readonly token?: string | undefined }): Promise<ForeignClient> {
  const client = await connect(`${shop.url}/mcp`, token);
  connected.push(client);
  return client;
}

const refusal = z.object({
  failed: z.string(),
  approval: z.object({ id: z.uuid() }).optional(),
});
const refusalOf = ({ content }: CallResult) => refusal.parse(JSON.parse(content[0]?.text ?? ''));

describe.each(MAKERS)('the client of %s', (_, connect) => {
  it.each(['customer', 'support', 'admin'] as const)('lists and calls all tools of a %s', async (role) => {
    const client = await as(connect, people[role]);
    expect((await client.list()).toSorted()).toEqual(toolsOf(role).toSorted());
    for (const name of toolsOf(role)) {
      const result = await client.call(name, args[name] ?? {});
      const { isError = false } = result;
      if (TOOLS[name]?.kind === 'read')
        expect([name, isError, typeof result.structuredContent]).toEqual([name, false, 'object']);
      else expect([name, isError, refusalOf(result).failed]).toEqual([name, true, 'approval-required']);
    }
  });

  it('is shown nothing where nobody is signed in', async () => {
    await expect(as(connect, {})).rejects.toThrow(/401|sign in first|Server returned an error response/);
  });

  it('has no tool of a role that its user does not have', async () => {
    const client = await as(connect, people.customer);
    const call = client.call('inventory_receive-stock', { sku, quantity: 3 });
    // What is no result is thrown, or told as one, as its maker likes.
    const told = await call.then(
      ({ isError, content }) => [isError, content[0]?.text],
      (error: Error) => [true, error.message],
    );
    expect(told).toEqual([true, expect.stringContaining('there is no ')]);
  });

  it('is told what an order of another is: none', async () => {
    const client = await as(connect, await newCustomer(shop.url));
    const result = await client.call('orders_get-order', args['orders_get-order'] ?? {});
    expect([result.isError, refusalOf(result).failed]).toEqual([true, 'orders.order-not-found']);
  });

  it('has a write done once its user has agreed, over HTTP, and once', async () => {
    const orderId = await acceptedOrder(people.customer, sku);
    await untilStatus(people.customer, orderId, 'confirmed');
    const client = await as(connect, people.customer);
    const cancel = () => client.call('orders_cancel-order', { orderId });
    const id = refusalOf(await cancel()).approval?.id;
    expect((await people.admin.post(`/mcp/approvals/${id}`, { approved: true })).status).toBe(404);
    // The client's own token does not decide, its user does, who is signed in elsewhere.
    expect((await people.customer.post(`/mcp/approvals/${id}`, { approved: true })).status).toBe(403);
    const person = await people.customer.again?.();
    expect((await person?.post(`/mcp/approvals/${id}`, { approved: true }))?.status).toBe(204);
    expect((await person?.post(`/mcp/approvals/${id}`, { approved: true }))?.status).toBe(409);
    expect((await cancel()).isError ?? false).toBe(false);
    await untilStatus(people.customer, orderId, 'cancelled');
    expect(refusalOf(await cancel()).failed).toBe('approval-required');
  });
});
