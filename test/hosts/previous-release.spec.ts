import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Witness } from '../chaos/ground/witness.js';
import { leftovers } from '../chaos/sources/leftovers.js';
import { previousRelease } from '../previous-release/kept-release.js';
import { eventually } from '../support/eventually.js';
import type { Host } from '../support/host.js';
import { steadyLoad, type Called } from '../support/load.js';
import { nothingLeft, rollOver } from '../support/rollout.js';
import { placed } from '../support/shapes.js';
import { acceptedOrder, newProduct, placeOrder, untilEnded, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

/**
 * How long each mixture of releases sells at least, once it has sold enough. For a long run:
 *
 *   ISOLITH_MIXED_MS=60000 npm run services -- exec npm run jest -- --selectProjects hosts --testPathPatterns
 *   previous-release
 */
const HOLD_MS = z.coerce
  .number()
  .int()
  .min(0)
  .parse(process.env['ISOLITH_MIXED_MS'] ?? 0);
/** Between two calls: hosts start while it sells, and share the machine with it. */
const PACE_MS = 100;
const SELLING = ['orders', 'notifications'];
const PARTS = [['inventory', 'payments'], SELLING];
const MIXTURES = 2 * PARTS.length + 2;

let shop: SplitShop;
let witness: Witness;
let previous: readonly string[];
const running = new Map<readonly string[], Host>();

beforeAll(async () => {
  previous = await previousRelease();
  shop = await startSplitShop({ hosts: [['gateway', 'users', 'products', 'shipments'], ...PARTS] }, previous);
  witness = new Witness(shop.databaseUrl);
  for (const part of PARTS) running.set(part, shop.fleet.hostOf(part[0] ?? ''));
});
afterAll(async () => {
  await witness?.close();
  await Promise.all([...running.values()].map((host) => host.stop()));
  await shop?.stop();
});

interface Sale {
  readonly orders: readonly string[];
  end(): Promise<readonly Called[]>;
}

async function openSale(): Promise<Sale> {
  const sku = await newProduct(shop, 1_000_000);
  const orders: string[] = [];
  const load = steadyLoad({
    order: async () => {
      await pause(PACE_MS);
      const answer = await placeOrder(shop.customer, sku);
      if (answer.status === 202) orders.push(placed.parse(answer.body).id);
      return answer;
    },
    stock: async () => {
      await pause(PACE_MS);
      return shop.admin.get(`/v1/inventory/${sku}`);
    },
  });
  return { orders, end: () => load.end() };
}

/** A host of a release joins, sells beside the one before, and stays alone. */
async function replace(part: readonly string[], { orders }: Sale, args?: readonly string[]): Promise<number | null> {
  const before = running.get(part);
  if (before === undefined) throw new Error(`nobody runs ${part.join(' and ')}`);
  const { host, exit } = await rollOver(shop, { contexts: part, before, orders }, args);
  running.set(part, host);
  await pause(HOLD_MS);
  return exit;
}

describe('the release before this one, as it was kept (fault 2)', () => {
  it(
    'makes way for this one host by host and takes over again, while orders are placed: no error, nothing parked',
    async () => {
      const sale = await openSale();
      const exits: (number | null)[] = [];
      for (const part of PARTS) exits.push(await replace(part, sale));
      for (const part of PARTS.toReversed()) exits.push(await replace(part, sale, previous));
      // A saga that this release has begun in a version of its own waits for it while it is away.
      exits.push(await replace(SELLING, sale));
      const calls = await sale.end();
      const unexpected = calls.filter(({ what, status }) => status !== (what === 'order' ? 202 : 200));
      expect({ exits, unexpected }).toEqual({ exits: [0, 0, 0, 0, 0], unexpected: [] });
      await eventually('all has been handled, and nothing is parked', () => leftovers(witness), nothingLeft);
      const ends = await Promise.all(sale.orders.map(async (id) => (await untilEnded(shop.customer, id)).status));
      expect(new Set(ends)).toEqual(new Set(['confirmed']));
      const next = await openSale();
      expect(await replace(SELLING, next, previous)).toBe(0);
      await next.end();
    },
    300_000 + MIXTURES * HOLD_MS,
  );

  it('leaves nothing behind that this one can not go on with: a checkout in flight, rows, sessions', async () => {
    const sku = await newProduct(shop, 10);
    const before = await acceptedOrder(shop.customer, sku);
    await untilStatus(shop.customer, before, 'confirmed');
    const inFlight = await acceptedOrder(shop.customer, sku, { paymentToken: 'tok_slow' });
    await Promise.all([...running.values()].map((host) => host.stop()));
    running.clear();
    await shop.fleet.hostOf('gateway').stop();
    await shop.fleet.restartPlace(0);
    for (const part of PARTS) running.set(part, await shop.fleet.startBeside(part));
    expect((await untilEnded(shop.customer, inFlight)).status).toBe('confirmed');
    expect((await shop.admin.post(`/v1/shipments/${before}/dispatch`)).status).toBe(202);
    await untilStatus(shop.customer, before, 'shipped');
    await untilStatus(shop.customer, await acceptedOrder(shop.customer, sku), 'confirmed');
  });
});
