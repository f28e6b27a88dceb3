import { describe, expect, it } from '@jest/globals';
import { describeSaga, type AtEnd } from '@isolith/saga/testing';
import { ReleaseStock, ReserveStock } from '../../inventory/inventory.contract.js';
import { ChargePayment, PaymentSettled, RefundPayment } from '../../payments/payments.contract.js';
import { CancelShipment, CreateShipment } from '../../shipments/shipments.contract.js';
import { orderId, paymentId, shipmentId, trackingNumber } from '../testing/order-stories.js';
import { address } from '../testing/other-contexts.js';
import { CallOffSaga } from './call-off.saga.js';
import { CancellationSaga } from './cancellation.saga.js';
import { CheckoutSaga, Settlement } from './checkout.saga.js';
import { ReturnSaga } from './return.saga.js';

const runner = { describe, it };
const DAY_MS = 24 * 60 * 60_000;
const checkout = new CheckoutSaga(
  { paymentToken: async () => 'tok_ok', address: async () => address },
  new Settlement(DAY_MS),
).definition;

/** What the order has of the other contexts. */
let held: Set<string>;
const isHeldWhole: AtEnd<unknown> = ({ status, acts }) => {
  // What a person skips or takes over that person has to mend.
  if (acts.some((act) => act !== 'retry')) return;
  expect([...held].sort()).toEqual(status === 'completed' ? ['goods', 'money', 'shipment'] : []);
};

/** `settled`: whether the money comes at once. */
const tryCheckout = (settled: boolean): void =>
  describeSaga(
    checkout,
    {
      begin: { orderId, lines: [{ sku: 'MUG-001', quantity: 2 }], totalMinor: 2500, currency: 'EUR' },
      receivers: (receivers) => {
        held = new Set();
        receivers
          .answering(ReserveStock, () => void held.add('goods'))
          .answering(ReleaseStock, () => void held.delete('goods'))
          .answering(ChargePayment, () => {
            held.add('money');
            return settled ? { paymentId } : { paymentId, settled };
          })
          .answering(RefundPayment, () => void held.delete('money'))
          .answering(CreateShipment, () => {
            held.add('shipment');
            return { shipmentId, trackingNumber };
          })
          .answering(CancelShipment, () => void held.delete('shipment'));
      },
      events: [new PaymentSettled({ orderId, paymentId, captured: true })],
      atEnd: isHeldWhole,
      maxHistories: settled ? 1_000 : 400,
    },
    runner,
  );

describe('a checkout whose money comes at once', () => {
  tryCheckout(true);
});

describe('a checkout whose money comes later', () => {
  tryCheckout(false);
});

describeSaga(new CancellationSaga().definition, { begin: { orderId }, maxHistories: 300 }, runner);

describeSaga(new CallOffSaga().definition, { begin: { orderId }, maxHistories: 300 }, runner);

describeSaga(new ReturnSaga().definition, { begin: { orderId }, maxHistories: 300 }, runner);
