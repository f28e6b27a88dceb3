import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContextUnderTest, nobody } from '@isolith/testing';
import { PlaceOrder } from '../orders.contract.js';
import { endOf, openOrders } from '../testing/open-orders.js';

let orders: ContextUnderTest;
beforeAll(async () => void (orders = await openOrders()));
afterAll(() => orders.close());

describe('placing an order', () => {
  it('is recorded once, however often it is sent, and confirmed when its goods are reserved', async () => {
    const place = () => orders.send(new PlaceOrder({ sku: 'mug', quantity: 2 }), nobody, { id: 'an-order' });
    const { orderId } = await place();
    expect(await place()).toEqual({ orderId });
    expect(await endOf(orders, orderId)).toEqual({ orderId, sku: 'mug', quantity: 2, status: 'confirmed' });
    expect(await orders.recorded(orderId)).toEqual([
      { type: 'orders.order-placed', data: { orderId, sku: 'mug', quantity: 2 } },
      { type: 'orders.order-confirmed', data: { orderId } },
    ]);
  });

  it('of more than there is ends rejected, and says why', async () => {
    const { orderId } = await orders.send(new PlaceOrder({ sku: 'mug', quantity: 6 }), nobody);
    expect(await endOf(orders, orderId)).toMatchObject({ status: 'rejected', reason: '5 of mug are available' });
  });
});
