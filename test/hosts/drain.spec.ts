import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { steadyLoad, type Called, type Load } from '../support/load.js';
import { order, pageOf, placed } from '../support/shapes.js';
import { newProduct, placeOrder, stockOf, untilEnded, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

const REPLICATED = ['orders', 'products'];
const OTHERS = ['users', 'inventory', 'payments', 'shipments', 'notifications', 'assistant'];
const ON_STOCK = 10_000;
/** Well before those are answered anyway who asked to be kept waiting as long as can be, 30 s. */
const EARLY_MS = 20_000;

let shop: SplitShop;
beforeAll(async () => {
  shop = await startSplitShop({ hosts: [['gateway'], OTHERS, REPLICATED, REPLICATED] });
});
afterAll(() => shop?.stop());

/** Queries and commands to the replicated contexts, at the gateway, and the orders that were accepted. */
async function underLoad(sku: string): Promise<{ load: Load; orders: string[] }> {
  const { admin, customer } = shop;
  const orders: string[] = [];
  let price = 1_000;
  const load = steadyLoad(
    {
      'a query to products': () => customer.get(`/v1/products/${sku}`),
      'a command to products': () => admin.patch(`/v1/products/${sku}`, { priceMinor: (price += 1) }),
      'a query to orders': () => customer.get('/v1/orders?limit=5'),
      'a command to orders': async () => {
        const answer = await placeOrder(customer, sku);
        if (answer.status === 202) orders.push(placed.parse(answer.body).id);
        return answer;
      },
    },
    3,
  );
  await flowing(load, 50);
  return { load, orders };
}

const flowing = async (load: Load, more: number): Promise<void> => {
  const target = load.count + more;
  await eventually(
    `${more} more calls are answered`,
    async () => load.count,
    (count) => count >= target,
  );
};

const unexpected = (calls: readonly Called[]): readonly Called[] =>
  calls.filter(({ what, status }) => status !== (what === 'a command to orders' ? 202 : 200));

describe('SIGTERM under load', () => {
  it('to one replica of a context, then to the other, fails no call at the gateway, and every order ends', async () => {
    const sku = await newProduct(shop, ON_STOCK);
    const { load, orders } = await underLoad(sku);
    const exits: (number | null)[] = [];
    for (const nth of [0, 1]) {
      exits.push((await shop.fleet.replicasOf('orders')[nth]?.stop()) ?? null);
      await flowing(load, 50);
      await shop.fleet.restart('orders', nth);
      await flowing(load, 50);
    }
    const calls = await load.end();
    expect({ exits, unexpected: unexpected(calls) }).toEqual({ exits: [0, 0], unexpected: [] });
    const ended = await Promise.all(orders.map((id) => untilEnded(shop.customer, id)));
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['confirmed']));
    // Each order took one, whatever was delivered twice.
    expect(await stockOf(shop, sku)).toMatchObject({ onHand: ON_STOCK, reserved: orders.length });
  });

  it('to the gateway answers everybody who waits, early, and the next gateway takes over', async () => {
    const { customer, fleet } = shop;
    const sku = await newProduct(shop, ON_STOCK);
    // This one's money never comes, and waiting for it takes a day: none of them can end before the gateway does.
    const waiting = Array.from({ length: 10 }, () =>
      placeOrder(customer, sku, { paymentToken: 'tok_never', headers: { prefer: 'wait=30' } }),
    );
    const pending = async (): Promise<number> =>
      (await customer.expect(200, pageOf(order), customer.get('/v1/orders?status=pending&limit=100'))).items.length;
    await eventually('all are placed, and waited for', pending, (count) => count === waiting.length);
    const began = Date.now();
    const [exit, ...answers] = await Promise.all([fleet.hostOf('gateway').stop(), ...waiting]);
    expect(Date.now() - began).toBeLessThan(EARLY_MS);
    expect({ exit, answers: answers.map(({ status }) => status) }).toEqual({
      exit: 0,
      answers: waiting.map(() => 202),
    });
    await expect(customer.get('/v1/orders')).rejects.toThrow();
    await fleet.restart('gateway');
    // Each of them is still on its way, and whoever placed it decides.
    for (const { body } of answers) {
      const { id } = placed.parse(body);
      expect((await customer.post(`/v1/orders/${id}/cancel`)).status).toBe(202);
      await untilStatus(customer, id, 'cancelled');
    }
  });
});
