import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { signIn, type Answer, type Client } from './client.js';
import { eventually } from './eventually.js';
import { newDataDir } from './data-dir.js';
import { startHost, type Host } from './host.js';
import { order, orderStatus, placed, product, stock } from './shapes.js';

export const ADMIN = { email: 'admin@shop.example', password: 'the admin of the tests' };

export const address = {
  name: 'Ada Customer',
  line1: '1 Analytical Way',
  city: 'London',
  postalCode: 'N1 9GU',
  country: 'GB',
};

/** A running shop with its first admin signed in. */
export interface Shop {
  readonly url: string;
  readonly admin: Client;
  readonly host: Host;
  readonly dataDir: string;
  stop(): Promise<void>;
}

/** Starts the shop with all contexts in one process on an embedded database of its own. */
export async function startShop(environment: Readonly<Record<string, string>> = {}): Promise<Shop> {
  const dataDir = environment['DATA_DIR'] ?? (await newDataDir());
  const host = await startHost({
    DATA_DIR: dataDir,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    RATE_LIMIT: 'off',
    LOAD_SHEDDING: 'off',
    OPERATIONS_RATE_LIMIT: 'off',
    LOG_LEVEL: 'warn',
    ASSISTANT_MODEL: 'demo',
    ...environment,
  });
  const admin = await signIn(host.url, ADMIN.email, ADMIN.password).catch(async (error: unknown) => {
    await host.kill();
    throw error;
  });
  return { url: host.url, admin, host, dataDir, stop: async () => void (await host.stop()) };
}

/**
 * The shop under test: the one that JOURNEYS_SHOP names, in whatever placement it runs, else one process of its own.
 * The journeys must not be able to tell.
 */
export async function openShop(): Promise<Pick<Shop, 'url' | 'admin' | 'stop'>> {
  const url = process.env['JOURNEYS_SHOP'];
  if (url === undefined) return startShop();
  return { url, admin: await signIn(url, ADMIN.email, ADMIN.password), stop: async () => undefined };
}

/** A product that no other test touches, with this many on stock. */
export async function newProduct({ admin }: Pick<Shop, 'admin'>, onStock: number, priceMinor = 1250): Promise<string> {
  const sku = `T-${randomUUID().slice(0, 8).toUpperCase()}`;
  await admin.expect(
    201,
    product,
    admin.post('/v1/products', { sku, name: `Thing ${sku}`, priceMinor, currency: 'EUR' }),
  );
  if (onStock > 0) await admin.expect(201, stock, admin.post(`/v1/inventory/${sku}/receipts`, { quantity: onStock }));
  return sku;
}

export interface OrderOptions {
  readonly quantity?: number;
  readonly paymentToken?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function placeOrder(
  customer: Client,
  sku: string,
  { quantity = 1, paymentToken = 'tok_ok', key = randomUUID(), headers = {} }: OrderOptions = {},
): Promise<Answer> {
  const body = { lines: [{ sku, quantity }], paymentToken, address };
  return customer.post('/v1/orders', body, { headers: { 'idempotency-key': key, ...headers } });
}

/** Places an order that is accepted; returns its id. */
export async function acceptedOrder(customer: Client, sku: string, options: OrderOptions = {}): Promise<string> {
  return (await customer.expect(202, placed, placeOrder(customer, sku, options))).id;
}

export function getOrder(customer: Client, id: string): Promise<z.output<typeof order>> {
  return customer.expect(200, order, customer.get(`/v1/orders/${id}`));
}

/** Waits until the order has this status. */
export function untilStatus(
  customer: Client,
  id: string,
  status: z.output<typeof orderStatus>,
): Promise<z.output<typeof order>> {
  return eventually(
    `order ${id} is ${status}`,
    () => getOrder(customer, id),
    (found) => found.status === status,
  );
}

/** Waits until the checkout is over, whatever its end. */
export function untilEnded(customer: Client, id: string): Promise<z.output<typeof order>> {
  return eventually(
    `order ${id} has ended`,
    () => getOrder(customer, id),
    (found) => found.status !== 'pending',
  );
}

export function stockOf({ admin }: Pick<Shop, 'admin'>, sku: string): Promise<z.output<typeof stock>> {
  return admin.expect(200, stock, admin.get(`/v1/inventory/${sku}`));
}
