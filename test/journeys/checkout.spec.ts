import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem, newCustomer, type Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { order, pageOf, notification, payment, problem, reconciliation, shipment } from '../support/shapes.js';
import {
  acceptedOrder,
  getOrder,
  newProduct,
  placeOrder,
  openShop,
  stockOf,
  untilEnded,
  untilStatus,
} from '../support/shop.js';

let shop: Awaited<ReturnType<typeof openShop>>;
let customer: Client;

beforeAll(async () => {
  shop = await openShop();
  customer = await newCustomer(shop.url);
});
afterAll(() => shop.stop());

const paymentOf = (id: string) => shop.admin.expect(200, payment, shop.admin.get(`/v1/payments/${id}`));
const shipmentOf = (id: string) => shop.admin.expect(200, shipment, shop.admin.get(`/v1/shipments/${id}`));

describe('an order', () => {
  it('is accepted at once, confirmed soon, and shows payment, tracking number and history', async () => {
    const sku = await newProduct(shop, 5, 1999);
    const answer = await placeOrder(customer, sku, { quantity: 2 });
    expect(answer.status).toBe(202);
    const id = String(Object(answer.body).id);
    expect(answer.headers.get('location')).toBe(`/v1/orders/${id}`);
    const confirmed = await untilStatus(customer, id, 'confirmed');
    expect(confirmed).toMatchObject({ totalMinor: 3998, currency: 'EUR', lines: [{ sku, quantity: 2 }] });
    expect(confirmed.paymentId).toBeDefined();
    expect(confirmed.trackingNumber).toBeDefined();
    expect(confirmed.history.map(({ status }) => status)).toEqual(['pending', 'confirmed']);
    expect(await stockOf(shop, sku)).toMatchObject({ onHand: 5, reserved: 2, available: 3 });
    expect(await paymentOf(id)).toMatchObject({ orderId: id, amountMinor: 3998 });
  });

  it('is answered with 200 when the caller prefers to wait', async () => {
    const sku = await newProduct(shop, 1);
    const ended = await customer.expect(200, order, placeOrder(customer, sku, { headers: { prefer: 'wait=10' } }));
    expect(ended.status).toBe('confirmed');
  });

  it('for more than there is ends rejected, and nothing is charged or kept', async () => {
    const sku = await newProduct(shop, 1);
    const rejected = await untilEnded(customer, await acceptedOrder(customer, sku, { quantity: 2 }));
    expect(rejected).toMatchObject({ status: 'rejected', failure: { type: 'out-of-stock' } });
    expect(rejected.paymentId).toBeUndefined();
    expect(await stockOf(shop, sku)).toMatchObject({ onHand: 1, reserved: 0, available: 1 });
  });

  it('whose card is declined ends rejected, and its stock is free again', async () => {
    const sku = await newProduct(shop, 3);
    const rejected = await untilEnded(customer, await acceptedOrder(customer, sku, { paymentToken: 'tok_declined' }));
    expect(rejected).toMatchObject({ status: 'rejected', failure: { type: 'payment-declined' } });
    expect(await stockOf(shop, sku)).toMatchObject({ onHand: 3, reserved: 0, available: 3 });
  });

  it.each(['tok_flaky', 'tok_slow'])('ends confirmed with one charge when the provider is %s', async (paymentToken) => {
    const sku = await newProduct(shop, 1, 700);
    const before = await reconcile();
    const confirmed = await untilEnded(customer, await acceptedOrder(customer, sku, { paymentToken }));
    expect(confirmed.status).toBe('confirmed');
    expect((await reconcile()).capturedMinor - before.capturedMinor).toBe(700);
  });

  it('whose money comes later is confirmed when it has come', async () => {
    const sku = await newProduct(shop, 1, 800);
    const before = await reconcile();
    const confirmed = await untilEnded(customer, await acceptedOrder(customer, sku, { paymentToken: 'tok_later' }));
    expect(confirmed.status).toBe('confirmed');
    expect((await reconcile()).capturedMinor - before.capturedMinor).toBe(800);
  });

  it('whose money never comes ends rejected when its time is over, and its stock is free again', async () => {
    const sku = await newProduct(shop, 1);
    const rejected = await untilEnded(customer, await acceptedOrder(customer, sku, { paymentToken: 'tok_never' }));
    expect(rejected).toMatchObject({ status: 'rejected', failure: { type: 'payment-unsettled' } });
    expect(await stockOf(shop, sku)).toMatchObject({ onHand: 1, reserved: 0, available: 1 });
  });

  it('whose money is on its way can be cancelled, and nobody waits for it any longer', async () => {
    const sku = await newProduct(shop, 1);
    const id = await acceptedOrder(customer, sku, { paymentToken: 'tok_never' });
    await eventually(
      'it is being paid for',
      () => shop.admin.get(`/v1/payments/${id}`),
      ({ status }) => status === 200,
    );
    expect((await customer.post(`/v1/orders/${id}/cancel`)).status).toBe(202);
    await eventually(
      'the stock is free',
      () => stockOf(shop, sku),
      ({ available, reserved }) => available === 1 && reserved === 0,
    );
    expect((await paymentOf(id)).status).toBe('void');
  });

  it('ends rejected within 30 s when the provider can not be reached', async () => {
    const sku = await newProduct(shop, 1);
    const rejected = await untilEnded(customer, await acceptedOrder(customer, sku, { paymentToken: 'tok_down' }));
    expect(rejected).toMatchObject({ status: 'rejected', failure: { type: 'payment-unavailable' } });
    expect(await stockOf(shop, sku)).toMatchObject({ reserved: 0, available: 1 });
    // Another customer's card still works: one unreachable card closes nothing for the others.
    expect((await untilEnded(customer, await acceptedOrder(customer, sku))).status).toBe('confirmed');
  });
});

describe('after the checkout', () => {
  it('a confirmed order can be cancelled: shipment cancelled, money back, stock free; and again', async () => {
    const sku = await newProduct(shop, 2, 500);
    const before = await reconcile();
    const id = await acceptedOrder(customer, sku);
    await untilStatus(customer, id, 'confirmed');
    expect((await customer.post(`/v1/orders/${id}/cancel`)).status).toBe(202);
    await untilStatus(customer, id, 'cancelled');
    await eventually(
      'the stock is free',
      () => stockOf(shop, sku),
      ({ available, reserved }) => available === 2 && reserved === 0,
    );
    await eventually(
      'the money is back',
      reconcile,
      ({ refundedMinor }) => refundedMinor - before.refundedMinor === 500,
    );
    expect((await customer.post(`/v1/orders/${id}/cancel`)).status).toBe(202);
  });

  it('a pending order can be cancelled and is undone', async () => {
    const sku = await newProduct(shop, 2, 500);
    const id = await acceptedOrder(customer, sku, { paymentToken: 'tok_slow' });
    expect((await customer.post(`/v1/orders/${id}/cancel`)).status).toBe(202);
    await untilStatus(customer, id, 'cancelled');
    await eventually(
      'nothing is held',
      () => stockOf(shop, sku),
      ({ available, reserved }) => available === 2 && reserved === 0,
    );
    await eventually(
      'nothing is kept',
      reconcile,
      ({ pending, differences }) => pending.length === 0 && differences.length === 0,
    );
  });

  it('is dispatched, delivered and returned', async () => {
    const sku = await newProduct(shop, 2, 800);
    const id = await acceptedOrder(customer, sku);
    await untilStatus(customer, id, 'confirmed');
    await expectProblem(409, customer.post(`/v1/orders/${id}/return`));
    // However the id is spelled, it is the same order.
    expect((await shop.admin.post(`/v1/shipments/${id.toUpperCase()}/dispatch`)).status).toBe(202);
    await untilStatus(customer, id, 'shipped');
    await eventually(
      'the stock has left',
      () => stockOf(shop, sku),
      ({ onHand, reserved }) => onHand === 1 && reserved === 0,
    );
    await expectProblem(409, customer.post(`/v1/orders/${id}/cancel`));
    expect((await shop.admin.post(`/v1/shipments/${id}/deliver`)).status).toBe(202);
    await untilStatus(customer, id, 'delivered');
    expect((await customer.post(`/v1/orders/${id}/return`)).status).toBe(202);
    const returned = await untilStatus(customer, id, 'returned');
    expect(returned.history.map(({ status }) => status)).toEqual([
      'pending',
      'confirmed',
      'shipped',
      'delivered',
      'returned',
    ]);
    await eventually(
      'the stock is back',
      () => stockOf(shop, sku),
      ({ onHand }) => onHand === 2,
    );
    expect(await shipmentOf(id)).toMatchObject({ orderId: id });
  });

  it('the customer is told what happened, and only the customer', async () => {
    const [one, other] = await Promise.all([newCustomer(shop.url), newCustomer(shop.url)]);
    const sku = await newProduct(shop, 1);
    const id = await acceptedOrder(one, sku);
    const mine = () => one.expect(200, pageOf(notification), one.get('/v1/notifications'));
    const told = await eventually('told of the confirmation', mine, ({ items }) => items.length > 0);
    expect(JSON.stringify(told)).toContain(id);
    expect((await other.expect(200, pageOf(notification), other.get('/v1/notifications'))).items).toEqual([]);
  });

  it('support refunds in full: the order goes, nothing of it ships, and its customer is told (fault 13)', async () => {
    const buyer = await newCustomer(shop.url);
    const sku = await newProduct(shop, 1, 900);
    const id = await acceptedOrder(buyer, sku);
    await untilStatus(buyer, id, 'confirmed');
    const before = await reconcile();
    expect((await shop.admin.post(`/v1/payments/${id}/refunds`)).status).toBe(202);
    await expectProblem(409, shop.admin.post(`/v1/shipments/${id}/dispatch`));
    expect((await reconcile()).differences).toEqual([]);
    await untilStatus(buyer, id, 'cancelled');
    await eventually('refunded', reconcile, ({ refundedMinor }) => refundedMinor - before.refundedMinor === 900);
    expect((await reconcile()).differences).toEqual([]);
    await eventually(
      'the stock is free again',
      () => stockOf(shop, sku),
      ({ reserved }) => reserved === 0,
    );
    await eventually(
      'the customer is told of the refund',
      () => buyer.expect(200, pageOf(notification), buyer.get('/v1/notifications')),
      ({ items }) => items.some(({ text }) => text.includes(id) && text.includes('refunded')),
    );
  });

  it('a refund and a dispatch at once: either the goods leave and stay paid, or neither (fault 13)', async () => {
    const sku = await newProduct(shop, 5, 700);
    const ids = await Promise.all(Array.from({ length: 5 }, () => acceptedOrder(customer, sku)));
    await Promise.all(ids.map((id) => untilStatus(customer, id, 'confirmed')));
    for (const id of ids) {
      const [refund, dispatch] = await Promise.all([
        shop.admin.post(`/v1/payments/${id}/refunds`),
        shop.admin.post(`/v1/shipments/${id}/dispatch`),
      ]);
      expect([[202, 409].toString(), [409, 202].toString()]).toContain([refund.status, dispatch.status].toString());
      const { status } = await untilStatus(customer, id, refund.status === 202 ? 'cancelled' : 'shipped');
      expect(status).toBe(refund.status === 202 ? 'cancelled' : 'shipped');
    }
    await eventually(
      'the books agree',
      reconcile,
      ({ differences, pending }) => differences.length + pending.length === 0,
    );
  });
});

describe('identity', () => {
  it('one key twice at once is one order, and later the same answer', async () => {
    const sku = await newProduct(shop, 10);
    const key = `key-${Date.now()}`;
    const both = await Promise.all([placeOrder(customer, sku, { key }), placeOrder(customer, sku, { key })]);
    const again = await placeOrder(customer, sku, { key });
    const ids = [...both, again].map(({ status, body }) => [status, Object(body).id]);
    expect(new Set(ids.map((pair) => JSON.stringify(pair))).size).toBe(1);
    await untilEnded(customer, String(Object(again.body).id));
    expect(await stockOf(shop, sku)).toMatchObject({ reserved: 1 });
  });

  it('the same key with another body is refused', async () => {
    const sku = await newProduct(shop, 10);
    await acceptedOrder(customer, sku, { key: 'the-key' });
    const { type } = await expectProblem(422, placeOrder(customer, sku, { key: 'the-key', quantity: 2 }));
    expect(type).toContain('idempotency');
  });

  it('a refusal that decided nothing is not kept under its key: the product is there now, and so is the order (fault 45)', async () => {
    const sku = `LATE-${Date.now()}`;
    const key = `late-${sku}`;
    const { type } = await expectProblem(422, placeOrder(customer, sku, { key }));
    expect(type).toBe('unknown-sku');
    const product = { sku, name: 'Late', priceMinor: 100, currency: 'EUR' };
    expect((await shop.admin.post('/v1/products', product)).status).toBe(201);
    const { status, body } = await placeOrder(customer, sku, { key });
    expect(status).toBe(202);
    // What was decided is kept.
    expect(await placeOrder(customer, sku, { key })).toMatchObject({ status: 202, body: { id: Object(body).id } });
  });

  it('the same key of another customer is another order', async () => {
    const sku = await newProduct(shop, 10);
    const other = await newCustomer(shop.url);
    const [mine, theirs] = [
      await acceptedOrder(customer, sku, { key: 'shared' }),
      await acceptedOrder(other, sku, { key: 'shared' }),
    ];
    expect(mine).not.toBe(theirs);
  });

  it("another customer's order is not there, whatever one does with it", async () => {
    const sku = await newProduct(shop, 1);
    const id = await acceptedOrder(customer, sku);
    const other = await newCustomer(shop.url);
    for (const answer of [
      other.get(`/v1/orders/${id}`),
      other.post(`/v1/orders/${id}/cancel`),
      other.post(`/v1/orders/${id}/return`),
    ]) {
      await expectProblem(404, answer);
    }
    expect(
      (await other.expect(200, pageOf(order.partial()), other.get(`/v1/orders?customerId=${customer.userId}`))).items,
    ).toEqual([]);
    expect((await getOrder(shop.admin, id)).id).toBe(id);
  });

  it('an order is there as soon as it was accepted', async () => {
    const sku = await newProduct(shop, 20);
    for (let round = 0; round < 10; round += 1) {
      const id = await acceptedOrder(customer, sku);
      expect((await getOrder(customer, id)).id).toBe(id);
    }
  });
});

describe('the books', () => {
  it('balance: captured - refunded = confirmed, by the ledger of the provider', async () => {
    const balanced = await eventually(
      'balanced',
      reconcile,
      ({ pending, differences }) => pending.length === 0 && differences.length === 0,
    );
    expect(balanced.capturedMinor - balanced.refundedMinor).toBe(balanced.confirmedOrdersMinor);
    expect(balanced.capturedMinor).toBeGreaterThan(0);
  });

  it('are not for customers', async () => {
    expect(problem.parse((await customer.get('/v1/payments/reconciliation')).body).status).toBe(403);
  });
});

function reconcile() {
  return shop.admin.expect(200, reconciliation, shop.admin.get('/v1/payments/reconciliation'));
}
