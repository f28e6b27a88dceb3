import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HandlerError, IdempotencyConflictError, UnauthenticatedError } from '@isolith/contracts';
import { OutOfStock } from '../../inventory/inventory.contract.js';
import { PaymentDeclined, PaymentUnavailable } from '../../payments/payments.contract.js';
import { ForeignCurrency, GetOrder, OrderTooLarge, PlaceOrder, PriceMoved, UnknownSku } from '../orders.contract.js';
import { openOrders, STARTS_WITHIN_MS, type OrdersUnderTest } from '../testing/open-orders.js';
import { paymentId, trackingNumber } from '../testing/order-stories.js';
import { address } from '../testing/other-contexts.js';

let orders: OrdersUnderTest;
beforeAll(async () => void (orders = await openOrders()), STARTS_WITHIN_MS);
afterAll(() => orders.close());

const customer = randomUUID();
const command = (...lines: { sku: string; quantity: number; shownPriceMinor?: number }[]): PlaceOrder =>
  new PlaceOrder({ lines, paymentToken: 'tok_ok', address });
const mugs = { sku: 'MUG-001', quantity: 2 };

describe('placing an order', () => {
  it('is readable at once, with the prices of the moment', async () => {
    const orderId = await orders.place(customer);
    expect(await orders.ask(new GetOrder({ orderId }), customer)).toMatchObject({
      id: orderId,
      customerId: customer,
      totalMinor: 2500,
      currency: 'EUR',
      lines: [{ sku: 'MUG-001', name: 'Mug', quantity: 2, unitPriceMinor: 1250 }],
    });
  });

  it('goes through its checkout to the end and forgets what nobody needs any more', async () => {
    const orderId = await orders.place(customer);
    const order = await orders.until(orderId, 'confirmed', true);
    expect(order).toMatchObject({ paymentId, trackingNumber });
    expect(order.history).toEqual([
      { status: 'pending', at: expect.any(String) },
      { status: 'confirmed', at: expect.any(String) },
    ]);
    expect(order).not.toHaveProperty('failure');
    expect(orders.others.askedFor(orderId)).toEqual([
      'inventory.reserve-stock',
      'payments.charge-payment',
      'shipments.create-shipment',
    ]);
    expect(await orders.details(orderId)).toEqual([{ payment_token: null, address: null }]);
    expect(await orders.stream(orderId)).toEqual(['orders.order-placed', 'orders.order-confirmed']);
  });

  it('twice with the same id is one order; with another content it is refused', async () => {
    const id = randomUUID();
    const [one, other] = await Promise.all([1, 2].map(() => orders.send(command(mugs), customer, { id })));
    expect(one).toEqual(other);
    await expect(orders.send(command(mugs), customer, { id })).resolves.toEqual(one);
    await expect(orders.send(command({ ...mugs, quantity: 3 }), customer, { id })).rejects.toThrow(
      IdempotencyConflictError,
    );
  });

  it.each([
    ['an unknown sku', [mugs, { sku: 'NO-SUCH', quantity: 1 }], UnknownSku, '/lines/1/sku'],
    ['a foreign currency', [{ sku: 'USD-001', quantity: 1 }], ForeignCurrency, '/lines/0/sku'],
    [
      'a total beyond the bound',
      [
        { sku: 'GOLD-001', quantity: 1000 },
        { sku: 'PEN-001', quantity: 1 },
      ],
      OrderTooLarge,
      '/lines/1/quantity',
    ],
  ] as const)('is refused for %s, naming the place', async (_, lines, refusal, pointer) => {
    const placed = orders.send(command(...lines), customer);
    await expect(placed).rejects.toThrow(refusal);
    await expect(placed).rejects.toMatchObject({ data: { pointer } });
  });

  it('is refused when a price is not the one that the customer was shown any more', async () => {
    const shown = (shownPriceMinor: number) => orders.send(command({ ...mugs, shownPriceMinor }), customer);
    await expect(shown(1200)).rejects.toThrow(PriceMoved);
    await expect(shown(1200)).rejects.toMatchObject({ data: { sku: 'MUG-001', priceMinor: 1250 } });
    const { orderId } = await shown(1250);
    expect(await orders.ask(new GetOrder({ orderId }), customer)).toMatchObject({ totalMinor: 2500 });
  });

  it('takes the last known prices while products gives none, and refuses what it never gave', async () => {
    const pen = { sku: 'PEN-001', quantity: 1 };
    await orders.send(command(mugs, pen), customer);
    orders.others.always('products.get-prices', () => {
      throw new Error('products has a defect');
    });
    try {
      const { orderId } = await orders.send(command(pen), customer);
      expect(await orders.ask(new GetOrder({ orderId }), customer)).toMatchObject({ totalMinor: 99 });
      await expect(orders.send(command({ ...mugs, shownPriceMinor: 1 }), customer)).rejects.toThrow(PriceMoved);
      await expect(orders.send(command({ sku: 'NEVER-SEEN', quantity: 1 }), customer)).rejects.toThrow(HandlerError);
    } finally {
      orders.others.always('products.get-prices', undefined);
    }
  });

  it('needs somebody who is signed in', async () => {
    await expect(orders.send(command(mugs), undefined)).rejects.toThrow(UnauthenticatedError);
  });
});

describe('a checkout that fails', () => {
  /** Makes the next order fail at a step; waits until it is rejected. */
  async function rejected(type: string, refusal: Error) {
    orders.others.always(type, () => {
      throw refusal;
    });
    const orderId = await orders.place(customer);
    const order = await orders.until(orderId, 'rejected', true);
    orders.others.always(type, undefined);
    return { orderId, order, asked: orders.others.askedFor(orderId) };
  }

  it('for lack of stock says so and has nothing to undo', async () => {
    const { order, asked } = await rejected(
      'inventory.reserve-stock',
      new OutOfStock({ sku: 'MUG-001', requested: 2, available: 1 }),
    );
    expect(order.failure).toEqual({ type: 'out-of-stock', detail: expect.stringContaining('MUG-001') });
    expect(order.history.map(({ status }) => status)).toEqual(['pending', 'rejected']);
    expect(asked).toEqual(['inventory.reserve-stock']);
  });

  it('for a declined payment releases the stock', async () => {
    const { orderId, order, asked } = await rejected(
      'payments.charge-payment',
      new PaymentDeclined({ orderId: 'x', reason: 'no money' }),
    );
    expect(order.failure).toMatchObject({ type: 'payment-declined' });
    expect(asked).toEqual(['inventory.reserve-stock', 'payments.charge-payment', 'inventory.release-stock']);
    expect(await orders.details(orderId)).toEqual([{ payment_token: null, address: null }]);
  });

  it('for a payment that nobody answered also calls that off', async () => {
    const { order, asked } = await rejected('payments.charge-payment', new PaymentUnavailable({ orderId: 'x' }));
    expect(order.failure).toMatchObject({ type: 'payment-unavailable' });
    expect(asked).toEqual([
      'inventory.reserve-stock',
      'payments.charge-payment',
      'payments.refund-payment',
      'inventory.release-stock',
    ]);
  });
});
