import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HandlerError } from '@isolith/contracts';
import { OrderNotFound, OrderNotReturnable, ReturnOrder } from '../orders.contract.js';
import { openOrders, STARTS_WITHIN_MS, type OrdersUnderTest } from '../testing/open-orders.js';

let orders: OrdersUnderTest;
beforeAll(async () => void (orders = await openOrders()), STARTS_WITHIN_MS);
afterAll(() => orders.close());

const customer = randomUUID();
const giveBack = (orderId: string, user = customer): Promise<void> => orders.send(new ReturnOrder({ orderId }), user);

async function confirmed(): Promise<string> {
  const orderId = await orders.place(customer);
  await orders.until(orderId, 'confirmed', true);
  return orderId;
}

describe('the news of a shipment', () => {
  it('moves its order on, once each', async () => {
    const orderId = await confirmed();
    const [left, arrived] = [randomUUID(), randomUUID()];
    for (const id of [left, left, randomUUID()]) await orders.tell('dispatched', orderId, id);
    expect((await orders.order(orderId)).status).toBe('shipped');
    for (const id of [arrived, arrived, randomUUID()]) await orders.tell('delivered', orderId, id);
    const { status, history } = await orders.order(orderId);
    expect(status).toBe('delivered');
    expect(history.map((entry) => entry.status)).toEqual(['pending', 'confirmed', 'shipped', 'delivered']);
    expect(await orders.stream(orderId)).toEqual([
      'orders.order-placed',
      'orders.order-confirmed',
      'orders.order-shipped',
      'orders.order-delivered',
    ]);
  });

  it('that makes no sense is parked, and what comes after it waits behind', async () => {
    const orderId = await confirmed();
    await orders.tell('delivered', orderId);
    await orders.tell('dispatched', orderId);
    expect(await orders.parked(orderId)).toEqual(['shipments.shipment-delivered', 'shipments.shipment-dispatched']);
    expect((await orders.order(orderId)).status).toBe('confirmed');
  });
});

describe('returning an order', () => {
  it('is for delivered ones only', async () => {
    const orderId = await confirmed();
    await expect(giveBack(orderId)).rejects.toThrow(OrderNotReturnable);
    await orders.tell('dispatched', orderId);
    await expect(giveBack(orderId)).rejects.toThrow(OrderNotReturnable);
    await expect(giveBack(orderId, randomUUID())).rejects.toThrow(OrderNotFound);
    await expect(giveBack(randomUUID())).rejects.toThrow(OrderNotFound);
  });

  it('gives the money back, takes the goods back, and may be asked for again', async () => {
    const orderId = await confirmed();
    await orders.tell('dispatched', orderId);
    await orders.tell('delivered', orderId);
    await Promise.all([giveBack(orderId), giveBack(orderId)]);
    const order = await orders.until(orderId, 'returned', true);
    await giveBack(orderId);
    expect(order.history.at(-1)).toMatchObject({ status: 'returned' });
    expect(orders.others.askedFor(orderId).slice(3)).toEqual(['payments.refund-payment', 'inventory.return-stock']);
  });

  it('is repeated where it fails, until it succeeds', async () => {
    const orderId = await confirmed();
    await orders.tell('dispatched', orderId);
    await orders.tell('delivered', orderId);
    let failures = 0;
    orders.others.when('payments.refund-payment', orderId, () => {
      if (failures++ < 2) throw new HandlerError('down');
    });
    await giveBack(orderId);
    await orders.until(orderId, 'returned', true);
    expect(failures).toBe(3);
  });
});
