import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ShipmentAlreadyDispatched } from '../../shipments/shipments.contract.js';
import { CancelOrder, GetOrder, OrderNotCancellable, OrderNotFound } from '../orders.contract.js';
import { openOrders, STARTS_WITHIN_MS, type OrdersUnderTest } from '../testing/open-orders.js';

let orders: OrdersUnderTest;
beforeAll(async () => void (orders = await openOrders()), STARTS_WITHIN_MS);
afterAll(() => orders.close());

const customer = randomUUID();
const cancel = (orderId: string, user = customer, roles?: readonly string[]): Promise<void> =>
  orders.send(new CancelOrder({ orderId }), user, roles === undefined ? {} : { roles });

async function confirmed(): Promise<string> {
  const orderId = await orders.place(customer);
  await orders.until(orderId, 'confirmed', true);
  return orderId;
}

describe('cancelling a pending order', () => {
  it('is done at once; its checkout undoes everything when it comes to confirm', async () => {
    const seen: string[] = [];
    orders.others.always('shipments.create-shipment', async () => {
      const [orderId] = [...pending];
      if (orderId === undefined) return;
      await cancel(orderId);
      seen.push((await orders.order(orderId)).status);
    });
    // The checkout may be at its third step before place() returns, so the reservation waits until the order is known.
    const pending = new Set<string>();
    const known = Promise.withResolvers<void>();
    orders.others.always('inventory.reserve-stock', () => known.promise);
    const orderId = await orders.place(customer);
    pending.add(orderId);
    known.resolve();

    const order = await orders.until(orderId, 'cancelled', true);
    orders.others.always('inventory.reserve-stock', undefined);
    orders.others.always('shipments.create-shipment', undefined);
    expect(seen).toEqual(['cancelled']);
    expect(order.history.map(({ status }) => status)).toEqual(['pending', 'cancelled']);
    expect(order).not.toHaveProperty('failure');
    // Calling off its payment and undoing it are one refund, asked for by two: a second one does nothing.
    const asked = orders.others.askedFor(orderId);
    expect(asked.filter((type) => type === 'payments.refund-payment')).toHaveLength(2);
    expect(asked.filter((type) => type !== 'payments.refund-payment')).toEqual([
      'inventory.reserve-stock',
      'payments.charge-payment',
      'shipments.create-shipment',
      'shipments.cancel-shipment',
      'inventory.release-stock',
    ]);
    expect(await orders.stream(orderId)).toEqual([
      'orders.order-placed',
      'orders.order-cancelled',
      'orders.order-settled',
    ]);
  });
});

describe('cancelling a confirmed order', () => {
  it('holds the goods back, then gives money and stock back; repeating is harmless', async () => {
    const orderId = await confirmed();
    await cancel(orderId);
    await cancel(orderId);
    const order = await orders.until(orderId, 'cancelled', true);
    await cancel(orderId);
    expect(order.history.map(({ status }) => status)).toEqual(['pending', 'confirmed', 'cancelled']);
    expect(orders.others.askedFor(orderId).slice(3)).toEqual([
      'shipments.cancel-shipment',
      'payments.refund-payment',
      'inventory.release-stock',
    ]);
  });

  it('by many at once is one cancellation', async () => {
    const orderId = await confirmed();
    await Promise.all(Array.from({ length: 5 }, () => cancel(orderId)));
    await orders.until(orderId, 'cancelled', true);
    expect(orders.others.askedFor(orderId).filter((type) => type === 'shipments.cancel-shipment')).toHaveLength(1);
  });

  it('whose goods have just left changes nothing', async () => {
    const orderId = await confirmed();
    orders.others.when('shipments.cancel-shipment', orderId, () => {
      throw new ShipmentAlreadyDispatched({ orderId });
    });
    await cancel(orderId);
    await orders.until(orderId, 'confirmed', true);
    expect(await orders.stream(orderId)).toEqual([
      'orders.order-placed',
      'orders.order-confirmed',
      'orders.order-cancellation-requested',
      'orders.order-cancellation-refused',
    ]);
    await expect(cancel(orderId)).rejects.toThrow(OrderNotCancellable);
    await orders.tell('dispatched', orderId);
    expect((await orders.order(orderId)).status).toBe('shipped');
    await expect(cancel(orderId)).rejects.toThrow(OrderNotCancellable);
    expect(orders.others.askedFor(orderId)).not.toContain('payments.refund-payment');
  });
});

describe('whose order', () => {
  it('is asked: the owner, support and admins may cancel, for others it is not there', async () => {
    const orderId = await orders.place(customer);
    for (const call of [
      cancel(orderId, randomUUID()),
      orders.ask(new GetOrder({ orderId }), randomUUID()),
      cancel(randomUUID()),
    ]) {
      await expect(call).rejects.toThrow(OrderNotFound);
    }
    await cancel(orderId, randomUUID(), ['support']);
    await cancel(orderId, randomUUID(), ['admin']);
    await orders.until(orderId, 'cancelled', true);
  });
});
