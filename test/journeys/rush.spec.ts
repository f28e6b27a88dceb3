import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newCustomer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { reconciliation } from '../support/shapes.js';
import { acceptedOrder, newProduct, openShop, stockOf, untilEnded } from '../support/shop.js';

let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

it('60 orders at once for 20 items: 20 confirmed, 40 rejected, none left, and the books balance', async () => {
  const settled = () => eventually('settled', reconcile, ({ pending }) => pending.length === 0);
  const before = await settled();
  const sku = await newProduct(shop, 20, 1100);
  const customers = await Promise.all(Array.from({ length: 6 }, () => newCustomer(shop.url)));
  const placed = await Promise.all(
    customers.flatMap((customer) =>
      Array.from({ length: 10 }, async () => ({ customer, id: await acceptedOrder(customer, sku) })),
    ),
  );
  const ended = await Promise.all(placed.map(({ customer, id }) => untilEnded(customer, id)));
  const count = (status: string) => ended.filter((order) => order.status === status).length;
  expect({ confirmed: count('confirmed'), rejected: count('rejected') }).toEqual({ confirmed: 20, rejected: 40 });
  expect(new Set(ended.flatMap(({ failure }) => failure?.type ?? []))).toEqual(new Set(['out-of-stock']));
  expect(await stockOf(shop, sku)).toMatchObject({ onHand: 20, reserved: 20, available: 0 });
  const after = await settled();
  expect(after.capturedMinor - before.capturedMinor).toBe(22_000);
  expect(after.refundedMinor - before.refundedMinor).toBe(0);
  expect(after.confirmedOrdersMinor - before.confirmedOrdersMinor).toBe(22_000);
  expect(after.differences).toEqual([]);
});

function reconcile() {
  return shop.admin.expect(200, reconciliation, shop.admin.get('/v1/payments/reconciliation'));
}
