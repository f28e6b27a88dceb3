import { describe, expect, it } from '@jest/globals';
import { sagaViolations, type SagaPlan } from '@isolith/saga';
import { ReleaseStock, ReserveStock } from '../../inventory/inventory.contract.js';
import { ChargePayment, PaymentUnavailable, PaymentDeclined, RefundPayment } from '../../payments/payments.contract.js';
import { CancelShipment, CreateShipment } from '../../shipments/shipments.contract.js';
import {
  ConfirmOrder,
  MarkOrderCancelled,
  MarkOrderReturned,
  RefuseCancellation,
  RejectOrder,
  SettleOrder,
} from '../orders.contract.js';
import { orderId, paymentId, trackingNumber } from '../testing/order-stories.js';
import { address } from '../testing/other-contexts.js';
import { CancellationSaga } from './cancellation.saga.js';
import { CheckoutSaga } from './checkout.saga.js';
import { ReturnSaga } from './return.saga.js';
import { ReturnStock } from '../../inventory/inventory.contract.js';

const lines = [{ sku: 'MUG-001', quantity: 2 }];
const begun = { orderId, lines, totalMinor: 2500, currency: 'EUR' };
const checkout = new CheckoutSaga({ paymentToken: async () => 'tok_ok', address: async () => address }).definition.plan;

/** Runs one step or compensation; what it sent, and the state that its reply led to. */
async function run(
  plan: SagaPlan,
  name: string,
  state: unknown,
  reply?: unknown,
): Promise<{ sent: unknown; state: unknown }> {
  let sent: unknown;
  const step = plan.steps.find((candidate) => candidate.name === name);
  const next = await step?.run(state, async (command) => {
    sent = command;
    // The stand-in for the bus answers what the spec says; its type is the command's own affair.
    return reply as never;
  });
  return { sent, state: next };
}

async function sentBy(
  work: (execute: (command: object) => Promise<never>) => Promise<unknown> | undefined,
): Promise<unknown[]> {
  const sent: unknown[] = [];
  await work(async (command) => {
    sent.push(command);
    return undefined as never;
  });
  return sent;
}

describe('the sagas of orders', () => {
  it('are well declared', () => {
    expect(
      sagaViolations('orders', [checkout, new CancellationSaga().definition.plan, new ReturnSaga().definition.plan]),
    ).toEqual([]);
  });
});

describe('the checkout', () => {
  it('sends for each step what the state says, and keeps what the replies add', async () => {
    expect(checkout.steps.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'reserve-stock: compensable',
      'charge-payment: compensable',
      'create-shipment: compensable',
      'confirm-order: pivot',
    ]);
    expect(await run(checkout, 'reserve-stock', begun)).toEqual({
      sent: new ReserveStock({ orderId, lines }),
      state: begun,
    });
    const charged = { ...begun, paymentId };
    expect(await run(checkout, 'charge-payment', begun, { paymentId })).toEqual({
      sent: new ChargePayment({ orderId, amountMinor: 2500, currency: 'EUR', paymentToken: 'tok_ok' }),
      state: charged,
    });
    const shipping = { ...charged, trackingNumber };
    expect(await run(checkout, 'create-shipment', charged, { shipmentId: orderId, trackingNumber })).toEqual({
      sent: new CreateShipment({ orderId, lines, address }),
      state: shipping,
    });
    expect(await run(checkout, 'confirm-order', shipping)).toEqual({
      sent: new ConfirmOrder({ orderId, paymentId, trackingNumber }),
      state: shipping,
    });
  });

  it('undoes its steps in reverse', async () => {
    const undone = await Promise.all(
      checkout.steps
        .filter(({ kind }) => kind === 'compensable')
        .toReversed()
        .map((step) => sentBy((execute) => step.compensate(begun, execute))),
    );
    expect(undone.flat()).toEqual([
      new CancelShipment({ orderId }),
      new RefundPayment({ orderId }),
      new ReleaseStock({ orderId }),
    ]);
  });

  it('gives money back after a charge that nobody answered, not after one that was declined', () => {
    const charge = checkout.steps.find(({ name }) => name === 'charge-payment');
    expect(charge?.leavesEffect(PaymentUnavailable.contract.name)).toBe(true);
    expect(charge?.leavesEffect(PaymentDeclined.contract.name)).toBe(false);
  });

  it('does not confirm what was not charged or shipped', async () => {
    await expect(run(checkout, 'confirm-order', begun)).rejects.toThrow('without its charge or its shipment');
  });

  it('turns back when it is not decided within ten minutes', () => {
    expect(checkout.deadlineMs).toBe(86_400_000);
  });

  it('ends in a rejection that says why, cut to what the order keeps', async () => {
    const cause = { step: 'reserve-stock', type: 'out-of-stock', detail: 'no mugs' };
    expect(await sentBy((execute) => checkout.failed?.(begun, cause, execute))).toEqual([
      new RejectOrder({ orderId, reason: 'out-of-stock', detail: 'no mugs' }),
    ]);
    const [long] = await sentBy((execute) => checkout.failed?.(begun, { ...cause, detail: 'x'.repeat(5000) }, execute));
    expect(RejectOrder.contract.copyInput(long)).toMatchObject({ detail: 'x'.repeat(1000) });
  });
});

describe('the cancellation', () => {
  const plan = new CancellationSaga().definition.plan;

  it('is decided at the shipment; the rest follows', async () => {
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['pivot', 'retriable', 'retriable', 'retriable', 'retriable']);
    const sent = await Promise.all(plan.steps.map(async ({ name }) => (await run(plan, name, { orderId })).sent));
    expect(sent).toEqual([
      new CancelShipment({ orderId }),
      new MarkOrderCancelled({ orderId }),
      new RefundPayment({ orderId }),
      new ReleaseStock({ orderId }),
      new SettleOrder({ orderId }),
    ]);
  });

  it('that came too late is refused', async () => {
    const cause = { step: 'cancel-shipment', type: 'shipment-already-dispatched', detail: '' };
    expect(await sentBy((execute) => plan.failed?.({ orderId }, cause, execute))).toEqual([
      new RefuseCancellation({ orderId }),
    ]);
  });
});

describe('the return', () => {
  it('brings money and goods back, then says so', async () => {
    const plan = new ReturnSaga().definition.plan;
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['retriable', 'retriable', 'retriable']);
    const sent = await Promise.all(plan.steps.map(async ({ name }) => (await run(plan, name, { orderId })).sent));
    expect(sent).toEqual([
      new RefundPayment({ orderId }),
      new ReturnStock({ orderId }),
      new MarkOrderReturned({ orderId }),
    ]);
  });
});
