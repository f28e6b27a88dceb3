import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContextUnderTest, nobody } from '@isolith/testing';
import { CancelOrder, OrderNotFound, PlaceOrder } from '../orders.contract.js';
import { endOf, openOrders } from '../testing/open-orders.js';

let orders: ContextUnderTest;
beforeAll(async () => void (orders = await openOrders()));
afterAll(() => orders.close());

const cancel = (orderId: string) => orders.send(new CancelOrder({ orderId }), nobody);

describe('cancelling an order', () => {
  it('is recorded once', async () => {
    const { orderId } = await orders.send(new PlaceOrder({ sku: 'mug', quantity: 2 }), nobody);
    await endOf(orders, orderId);
    for (let nth = 0; nth < 2; nth += 1) await cancel(orderId);
    expect((await orders.recorded(orderId)).map(({ type }) => type)).toEqual([
      'orders.order-placed',
      'orders.order-confirmed',
      'orders.order-cancelled',
    ]);
  });

  it('that was never placed is refused', async () => {
    await expect(cancel(randomUUID())).rejects.toThrow(OrderNotFound);
  });
});
