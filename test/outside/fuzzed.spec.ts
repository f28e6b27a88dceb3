import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Client, newCustomer, signIn } from '../support/client.js';
import { acceptedOrder, ADMIN, newProduct, startShop, untilEnded, type Shop } from '../support/shop.js';
import { operationsOf, type Operation } from './fuzz/document.js';
import { fuzzedRequests, type Sample } from './fuzz/fuzzed-requests.js';
import { runFuzzed } from './fuzz/run-fuzzed.js';

const COUNT = 10_000;
const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(1_000_000));
const LIMIT_MS = 600_000;
const BATCH = 500;
/** Of the heap in use, between the second and the last third: what requests leave behind is in the database. */
const MAY_GROW_MB = 16;
/** So that what is not in use is collected while it is looked. */
const NODE_OPTIONS = '--max-old-space-size=192 --max-semi-space-size=8';
const ADDRESS = { name: 'Ada', line1: '1 Way', city: 'London', postalCode: 'N1 1AA', country: 'GB' };

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ NODE_OPTIONS });
});
afterAll(() => shop.stop());

async function heapMb(): Promise<number> {
  const { body } = await new Client(shop.url, shop.admin.token).get('/metrics');
  const [, bytes] = /^nodejs_heap_size_used_bytes(?:\{[^}]*\})? (\S+)$/m.exec(String(body)) ?? [];
  return Number(bytes) / 1_048_576;
}

async function samplesOf(): Promise<Readonly<Record<string, Sample>>> {
  const sku = await newProduct(shop, 100_000);
  const [customer, another] = [await newCustomer(shop.url), await newCustomer(shop.url)];
  // An account has so many sessions, the oldest of which end: those of the admin go on.
  const visitor = { email: `v-${randomUUID()}@shop.example`, password: `pass-${randomUUID()}` };
  await new Client(shop.url).post('/v1/users', { ...visitor, name: 'V' });
  const orders = await Promise.all(Array.from({ length: 4 }, () => acceptedOrder(customer, sku)));
  for (const order of orders) await untilEnded(customer, order);
  const [kept = '', cancelled = '', shipped = '', refunded = ''] = orders;
  const at = (orderId: string): Sample => ({ path: { id: orderId, orderId } });
  const listed: Sample = { query: { limit: '2' } };
  const begun = await shop.admin.post('/v1/assistant/conversations', {});
  const conversation: Sample = { path: { id: z.object({ id: z.string() }).parse(begun.body).id } };
  return {
    'POST /v1/users': {
      body: (fresh) => ({ email: `f-${fresh}@shop.example`, password: `pass-${randomUUID()}`, name: 'F' }),
    },
    'POST /v1/password-resets': { body: (fresh) => ({ email: `r-${fresh}@shop.example` }) },
    'GET /v1/users/me': {},
    'PATCH /v1/users/me': { body: (fresh) => ({ name: `F ${fresh}` }) },
    'PATCH /v1/users/{id}': { path: { id: another.userId ?? '' }, body: () => ({ roles: ['customer'] }) },
    'POST /v1/sessions': { body: () => visitor },
    'GET /v1/products': listed,
    'POST /v1/products': { body: (fresh) => ({ sku: `F-${fresh}`, name: 'F', priceMinor: 1, currency: 'EUR' }) },
    'GET /v1/products/{sku}': { path: { sku } },
    'PATCH /v1/products/{sku}': { path: { sku }, body: (fresh) => ({ name: `F ${fresh}` }) },
    'GET /v1/inventory/{sku}': { path: { sku } },
    'POST /v1/inventory/{sku}/receipts': { path: { sku }, body: () => ({ quantity: 1 }) },
    'GET /v1/payments/reconciliation': {},
    'GET /v1/payments/{orderId}': at(kept),
    'POST /v1/payments/{orderId}/refunds': at(refunded),
    'GET /v1/shipments/{orderId}': at(kept),
    'POST /v1/shipments/{orderId}/dispatch': at(shipped),
    'GET /v1/notifications': listed,
    'POST /v1/orders': { body: () => ({ lines: [{ sku, quantity: 1 }], paymentToken: 'tok_ok', address: ADDRESS }) },
    'GET /v1/orders': listed,
    'GET /v1/orders/{id}': at(kept),
    'POST /v1/orders/{id}/cancel': at(cancelled),
    'GET /v1/assistant/conversations': listed,
    'POST /v1/assistant/conversations': { body: () => ({}) },
    'GET /v1/assistant/conversations/{id}': conversation,
    'POST /v1/assistant/conversations/{id}/stop': conversation,
  };
}

/** What a right request would undo for all others, what is right once only, and what is answered when it has ended. */
const ONCE = new Set([
  'POST /v1/sessions/refresh',
  'POST /v1/password-resets/{token}',
  'DELETE /v1/sessions',
  'POST /v1/shipments/{orderId}/deliver',
  'POST /v1/orders/{id}/return',
  'POST /v1/assistant/conversations/{id}/messages',
  'POST /v1/assistant/conversations/{id}/approvals/{approvalId}',
  'GET /v1/assistant/conversations/{id}/events',
]);

it(
  'ten thousand requests get what is told of them: right ones are served, wrong ones are refused where they are wrong',
  async () => {
    process.stderr.write(`fuzzed requests: seed ${SEED} (FUZZ_SEED)\n`);
    const samples = await samplesOf();
    const all = await operationsOf(shop.url);
    expect(all.map(({ call }) => call).toSorted()).toEqual([...Object.keys(samples), ...ONCE].toSorted());
    const operations: readonly Operation[] = all.filter(({ call }) => !ONCE.has(call));
    const token = (await signIn(shop.url, ADMIN.email, ADMIN.password)).token ?? '';
    const [statuses, heaps]: [Record<string, number>, number[]] = [{}, []];
    let right = 0;
    for (let sent = 0; sent < COUNT; sent += BATCH) {
      const requests = fuzzedRequests(operations, samples, { count: BATCH, seed: SEED + sent });
      const verdict = await runFuzzed(shop.url, token, requests);
      expect(verdict.findings.slice(0, 20)).toEqual([]);
      expect(verdict.sent).toBe(BATCH);
      right += verdict.right;
      for (const [status, many] of Object.entries(verdict.statuses)) statuses[status] = (statuses[status] ?? 0) + many;
      heaps.push(await heapMb());
    }
    process.stderr.write(
      `${JSON.stringify(statuses)}, ${right} right, heap in MB ${heaps.map(Math.round).join(' ')}\n`,
    );
    expect(right).toBeGreaterThan(COUNT / 10);
    // What is in use is what a collection leaves: the least of several looks.
    const third = Math.floor(heaps.length / 3);
    const [earlier, later] = [Math.min(...heaps.slice(third, 2 * third)), Math.min(...heaps.slice(2 * third))];
    expect(later - earlier).toBeLessThan(MAY_GROW_MB);
    expect((await shop.admin.get('/health/ready')).status).toBe(200);
  },
  LIMIT_MS,
);
