import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContextUnderTest, nobody } from '@isolith/testing';
import { CancelOrder, GetOrder, OrderNotFound, PlaceOrder } from '../orders.contract.js';
import { openOrders } from '../testing/open-orders.js';

let orders: ContextUnderTest;
beforeAll(async () => void (orders = await openOrders()));
afterAll(() => orders.close());

const show = (orderId: string) => orders.ask(new GetOrder({ orderId }), nobody);

describe('an order', () => {
  it('is shown as it is now', async () => {
    const { orderId } = await orders.send(new PlaceOrder({ sku: 'mug', quantity: 2 }), nobody);
    expect(await show(orderId)).toMatchObject({ orderId, sku: 'mug', quantity: 2 });
    await orders.send(new CancelOrder({ orderId }), nobody);
    expect(await show(orderId)).toMatchObject({ status: 'cancelled' });
  });

  it('that was never placed is not found', async () => {
    await expect(show(randomUUID())).rejects.toThrow(OrderNotFound);
  });
});
