import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { derivedId, requireScope } from '@isolith/message-bus';
import { PlaceOrder } from '../orders.contract.js';
import { openOrders, STARTS_WITHIN_MS, type OrdersUnderTest } from '../testing/open-orders.js';
import { address } from '../testing/other-contexts.js';

let orders: OrdersUnderTest;
/** The ids of the commands that the checkout has sent, in order. */
const asked: [type: string, id: string | undefined][] = [];

beforeAll(async () => {
  orders = await openOrders();
  for (const type of ['inventory.reserve-stock', 'payments.charge-payment', 'shipments.create-shipment']) {
    orders.others.always(type, () => void asked.push([type, requireScope().envelope?.id]));
  }
}, STARTS_WITHIN_MS);
afterAll(() => orders.close());

const customer = randomUUID();
const place = (id: string) =>
  orders.send(new PlaceOrder({ lines: [{ sku: 'MUG-001', quantity: 2 }], paymentToken: 'tok_ok', address }), customer, {
    id,
  });

describe('the key of a request to place an order', () => {
  it('is one identity from the command to every step of its checkout', async () => {
    const id = derivedId(customer, JSON.stringify(['POST /v1/orders', 'key-1']));
    const { orderId } = await place(id);
    await orders.until(orderId, 'confirmed', true);
    const step = (name: string): string => derivedId(`orders.checkout:${orderId}`, name);
    expect(orderId).toBe(derivedId(id, 'order'));
    expect(asked).toEqual([
      ['inventory.reserve-stock', step('reserve-stock')],
      ['payments.charge-payment', step('charge-payment')],
      ['shipments.create-shipment', step('create-shipment')],
    ]);
  });

  it('is answered with the same order after the stored reply was deleted', async () => {
    const id = derivedId(customer, JSON.stringify(['POST /v1/orders', 'key-2']));
    const { orderId } = await place(id);
    await orders.until(orderId, 'confirmed', true);
    asked.length = 0;
    await orders.forgetReplies();
    expect(await place(id)).toEqual({ orderId });
    expect([asked, await orders.stream(orderId)]).toEqual([[], ['orders.order-placed', 'orders.order-confirmed']]);
  });
});
