import { describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError } from '@isolith/contracts';
import { sagaViolations } from '@isolith/saga';
import { sagaUnderTest } from '@isolith/saga/testing';
import { OutOfStock, ReleaseStock, ReserveStock, ReturnStock } from '../../inventory/inventory.contract.js';
import {
  ChargePayment,
  PaymentDeclined,
  PaymentSettled,
  PaymentUnavailable,
  PaymentUnsettled,
  PaymentVoided,
  RefundPayment,
  RefundUnavailable,
  SettlementUnavailable,
  SettlePayment,
} from '../../payments/payments.contract.js';
import { CancelShipment, CreateShipment, ShipmentAlreadyDispatched } from '../../shipments/shipments.contract.js';
import {
  ConfirmOrder,
  MarkOrderCancelled,
  MarkOrderReturned,
  OrderAlreadyCancelled,
  RefuseCancellation,
  RejectOrder,
  SettleOrder,
} from '../orders.contract.js';
import { orderId, paymentId, shipmentId, trackingNumber } from '../testing/order-stories.js';
import { address } from '../testing/other-contexts.js';
import { CancellationSaga } from './cancellation.saga.js';
import { CheckoutSaga, Settlement } from './checkout.saga.js';
import { ReturnSaga } from './return.saga.js';

const lines = [{ sku: 'MUG-001', quantity: 2 }];
const begun = { orderId, lines, totalMinor: 2500, currency: 'EUR' };
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const checkout = new CheckoutSaga(
  { paymentToken: async () => 'tok_ok', address: async () => address },
  new Settlement(DAY_MS),
).definition;
const cancellation = new CancellationSaga().definition;
const goodsBack = new ReturnSaga().definition;

/** A checkout of which everybody says yes. */
const agreed = () =>
  sagaUnderTest(checkout)
    .answering(ChargePayment, { paymentId })
    .answering(CreateShipment, { shipmentId, trackingNumber });

const commandsOf = ({ sent }: { readonly sent: readonly { readonly command: object }[] }): readonly object[] =>
  sent.map(({ command }) => command);

describe('the sagas of orders', () => {
  it('are well declared', () => {
    expect(sagaViolations('orders', [checkout.plan, cancellation.plan, goodsBack.plan])).toEqual([]);
  });
});

describe('the checkout', () => {
  it('reserves, charges, ships and confirms, with what each has answered', async () => {
    const run = await agreed().run(begun);
    expect(run).toMatchObject({ status: 'completed', state: { ...begun, paymentId, trackingNumber }, errors: [] });
    expect(commandsOf(run)).toStrictEqual([
      new ReserveStock({ orderId, lines }),
      new ChargePayment({ orderId, amountMinor: 2500, currency: 'EUR', paymentToken: 'tok_ok', maySettleLater: true }),
      new CreateShipment({ orderId, lines, address }),
      new ConfirmOrder({ orderId, paymentId, trackingNumber }),
    ]);
  });

  it('of an order that was cancelled meanwhile undoes everything, last first', async () => {
    const run = await agreed().answering(ConfirmOrder, new OrderAlreadyCancelled({ orderId })).run(begun);
    expect(run.status).toBe('compensated');
    expect(commandsOf(run).slice(4)).toStrictEqual([
      new CancelShipment({ orderId }),
      new RefundPayment({ orderId }),
      new ReleaseStock({ orderId }),
      new RejectOrder({
        orderId,
        reason: 'order-already-cancelled',
        detail: 'the order was cancelled before its checkout had ended',
      }),
    ]);
  });

  it.each([
    [new PaymentDeclined({ orderId, reason: 'no cover' }), ['inventory.release-stock']],
    [new PaymentUnavailable({ orderId }), ['payments.refund-payment', 'inventory.release-stock']],
    [new PaymentVoided({ orderId }), ['payments.refund-payment', 'inventory.release-stock']],
  ])('gives back after %s what was, or may have been, taken', async (failure, compensations) => {
    const run = await agreed().answering(ChargePayment, failure).run(begun);
    expect(run.status).toBe('compensated');
    expect(run.compensations.map(({ name }) => name)).toEqual(compensations);
  });

  it('charges once, however often the answer is lost', async () => {
    const lost = new OutcomeUnknownError('no answer');
    const { status, sent } = await agreed().answering(ChargePayment, lost, lost, { paymentId }).run(begun);
    const charges = sent.filter(({ command }) => command instanceof ChargePayment).map(({ id }) => id);
    expect({ status, charges: charges.length, ids: new Set(charges).size }).toEqual({
      status: 'completed',
      charges: 3,
      ids: 1,
    });
  });

  it('does not confirm what was not charged or shipped', async () => {
    const confirm = checkout.plan.steps.find(({ name }) => name === 'confirm-order');
    await expect(confirm?.run(begun, () => Promise.reject(new Error('sent')))).rejects.toThrow(
      'without its charge or its shipment',
    );
  });

  it('turns back when it is not decided within a day, and the one in which money may come', async () => {
    expect(checkout.plan.deadlineMs).toBe(2 * DAY_MS);
    const run = await agreed().run(begun, { lateBefore: 'create-shipment' });
    expect(run).toMatchObject({ status: 'compensated', cause: { type: 'deadline-exceeded' } });
    expect(run.compensations).toHaveLength(3);
  });

  it('waits a day for money that comes later, asks for it each hour, and then ends the order', async () => {
    const unsettled = new PaymentUnsettled({ orderId });
    const waits = await agreed()
      .answering(ChargePayment, { paymentId, settled: false })
      .answering(SettlePayment, unsettled)
      .run(begun);
    expect(waits).toMatchObject({
      status: 'running',
      waitsFor: { step: 'settlement', event: 'payments.payment-settled', key: orderId },
    });
    expect((await waits.timePasses(DAY_MS - 1)).status).toBe('running');
    const ended = await waits.timePasses(1);
    expect(ended).toMatchObject({
      status: 'compensated',
      cause: { step: 'settle-payment', type: 'payment-unsettled' },
    });
    expect(commandsOf(ended).slice(2)).toStrictEqual([
      ...Array.from({ length: 24 }, () => new SettlePayment({ orderId })),
      new RefundPayment({ orderId }),
      new ReleaseStock({ orderId }),
      new RejectOrder({ orderId, reason: 'payment-unsettled', detail: unsettled.message }),
    ]);
  });

  it('asks for that money through an outage of the provider, also when the day is over', async () => {
    const away = new SettlementUnavailable({ orderId });
    const waits = await agreed()
      .answering(ChargePayment, { paymentId, settled: false })
      .answering(SettlePayment, ...Array.from({ length: 40 }, () => away), undefined)
      .run(begun);
    await waits.timePasses(DAY_MS);
    expect((await waits.timePasses(HOUR_MS)).status).toBe('completed');
  });

  it.each([
    [6_000, 1_500, 3],
    [DAY_MS, HOUR_MS, 23],
    [30 * DAY_MS, 15 * HOUR_MS, 47],
  ])('asks within %d ms each %d ms, %d times', (withinMs, everyMs, times) => {
    const { remindEveryMs, reminders } = new Settlement(withinMs);
    expect([remindEveryMs, reminders]).toEqual([everyMs, times]);
  });

  it('goes on as soon as that money has come', async () => {
    const waits = await agreed().answering(ChargePayment, { paymentId, settled: false }).run(begun);
    const settled = await waits.arrives(new PaymentSettled({ orderId, paymentId, captured: true }));
    expect(settled.status).toBe('completed');
    expect(commandsOf(settled).slice(2)).toStrictEqual([
      new SettlePayment({ orderId }),
      new CreateShipment({ orderId, lines, address }),
      new ConfirmOrder({ orderId, paymentId, trackingNumber }),
    ]);
  });

  it('turns back as soon as a payment that it waits for was called off', async () => {
    const waits = await agreed()
      .answering(ChargePayment, { paymentId, settled: false })
      .answering(SettlePayment, new PaymentVoided({ orderId }))
      .run(begun);
    const ended = await waits.arrives(new PaymentSettled({ orderId, paymentId, captured: false }));
    expect(ended).toMatchObject({ status: 'compensated', cause: { type: 'payment-voided' } });
  });

  it('ends in a rejection that says why, cut to what the order keeps', async () => {
    const outOfStock = new OutOfStock({ sku: 'MUG-001', requested: 2, available: 1 });
    const run = await agreed().answering(ReserveStock, outOfStock).run(begun);
    expect(commandsOf(run).slice(1)).toStrictEqual([
      new RejectOrder({ orderId, reason: 'out-of-stock', detail: outOfStock.message }),
    ]);
    const long = new PaymentDeclined({ orderId, reason: 'x'.repeat(5000) });
    const [reject] = commandsOf(await agreed().answering(ChargePayment, long).run(begun)).slice(-1);
    expect(reject).toMatchObject({ detail: long.message.slice(0, 1000) });
  });
});

describe('the cancellation', () => {
  it('is decided at the shipment; the rest follows', async () => {
    expect(cancellation.plan.steps.map(({ kind }) => kind)).toEqual([
      'pivot',
      'retriable',
      'retriable',
      'retriable',
      'retriable',
    ]);
    const run = await sagaUnderTest(cancellation).run({ orderId });
    expect(run.status).toBe('completed');
    expect(commandsOf(run)).toStrictEqual([
      new CancelShipment({ orderId }),
      new MarkOrderCancelled({ orderId }),
      new RefundPayment({ orderId }),
      new ReleaseStock({ orderId }),
      new SettleOrder({ orderId }),
    ]);
  });

  it('that came too late is refused', async () => {
    const dispatched = new ShipmentAlreadyDispatched({ orderId });
    const run = await sagaUnderTest(cancellation).answering(CancelShipment, dispatched).run({ orderId });
    expect(run.status).toBe('compensated');
    expect(commandsOf(run)).toStrictEqual([new CancelShipment({ orderId }), new RefuseCancellation({ orderId })]);
  });

  it('that was decided waits for a refund, however long, and gives up nothing', async () => {
    const run = await sagaUnderTest(cancellation)
      .answering(RefundPayment, new RefundUnavailable({ orderId }))
      .run({ orderId });
    expect(run).toMatchObject({ status: 'running', compensations: [], trouble: { type: 'refund-unavailable' } });
  });
});

describe('the return', () => {
  it('brings money and goods back, then says so', async () => {
    expect(goodsBack.plan.steps.map(({ kind }) => kind)).toEqual(['retriable', 'retriable', 'retriable']);
    expect(commandsOf(await sagaUnderTest(goodsBack).run({ orderId }))).toStrictEqual([
      new RefundPayment({ orderId }),
      new ReturnStock({ orderId }),
      new MarkOrderReturned({ orderId }),
    ]);
  });
});
