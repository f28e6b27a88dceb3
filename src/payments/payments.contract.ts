import { command, event, failure, personal, query, role, service } from '@isolith/contracts';
import { z } from 'zod';

const orderId = z.uuid();
const paymentId = z.uuid();
const minor = z.int().min(0);
/** ISO 4217. */
const currency = z.string().regex(/^[A-Z]{3}$/);

/**
 * `pending`: the provider is being asked, or has taken the payment on and the money is on its way. `captured`,
 * `declined`, `refunded`: it said so. `unavailable`: it gave no answer, so it may hold money until a refund. `void`:
 * nothing was taken and nothing ever will be.
 */
export const PaymentStatus = z.enum([
  'pending',
  'captured',
  'declined',
  'unavailable',
  'refunding',
  'refunded',
  'void',
]);
export type PaymentStatus = z.output<typeof PaymentStatus>;

export const PaymentView = z.object({
  paymentId,
  orderId,
  status: PaymentStatus,
  amountMinor: minor,
  currency,
  capturedAt: z.iso.datetime().optional(),
  refundedAt: z.iso.datetime().optional(),
});

export class PaymentDeclined extends failure('payments.payment-declined', {
  data: z.object({ orderId: z.string(), reason: z.string() }),
  status: 402,
  detail: ({ reason }) => `the payment was declined: ${reason}`,
}) {}

/**
 * Final for this order, and it may leave an effect behind: whoever gets it owes a RefundPayment, which gives back what
 * was taken.
 */
export class PaymentUnavailable extends failure('payments.payment-unavailable', {
  data: z.object({ orderId: z.string() }),
  status: 503,
  detail: 'the payment provider could not be reached',
}) {}

/** A refund came first, so this order is never charged. */
export class PaymentVoided extends failure('payments.payment-voided', {
  data: z.object({ orderId: z.string() }),
  status: 409,
  detail: 'the payment was called off before it was made',
}) {}

/** The provider has taken the payment on, and the money has not come yet. */
export class PaymentUnsettled extends failure('payments.payment-unsettled', {
  data: z.object({ orderId: z.string() }),
  status: 409,
  detail: 'the money has not come yet',
}) {}

/** The provider could not be asked whether the money has come; the same command may be repeated. */
export class SettlementUnavailable extends failure('payments.settlement-unavailable', {
  data: z.object({ orderId: z.string() }),
  status: 503,
  retryable: true,
  detail: 'the payment provider could not be reached, whether the money has come is not known yet',
}) {}

/** The provider could not be reached; the refund is not made yet, the same command may be repeated. */
export class RefundUnavailable extends failure('payments.refund-unavailable', {
  data: z.object({ orderId: z.string() }),
  status: 503,
  retryable: true,
  detail: 'the payment provider could not be reached, the refund is not made yet',
}) {}

export class PaymentNotFound extends failure('payments.payment-not-found', {
  data: z.object({ orderId: z.string() }),
  status: 404,
  detail: ({ orderId: id }) => `there is no payment for order ${id}`,
}) {}

/** What has left the house is paid for until it comes back: then the return gives back the money. */
export class GoodsHaveLeft extends failure('payments.goods-have-left', {
  data: z.object({ orderId: z.string() }),
  status: 409,
  detail: 'the goods have left; their money is given back with the return of the order',
}) {}

/** At most one charge per order, however often it is repeated. */
export class ChargePayment extends command('payments.charge-payment', {
  input: z.object({
    orderId,
    amountMinor: minor,
    currency,
    paymentToken: personal(z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters')),
    /** Whoever says so waits for money that comes later; for anybody else such a payment is unavailable. */
    maySettleLater: z.boolean().optional(),
  }),
  /**
   * `settled`: false while the money is on its way; whether it comes is told by PaymentSettled. Absent: it has come.
   */
  output: z.object({ paymentId, settled: z.boolean().optional() }),
  failures: [PaymentDeclined, PaymentUnavailable, PaymentVoided],
  access: [service('orders')],
}) {}

/**
 * Asks the provider whether the money of a payment has come that was to settle later. Done means that it has;
 * repeating is harmless.
 */
export class SettlePayment extends command('payments.settle-payment', {
  input: z.object({ orderId }),
  failures: [PaymentNotFound, PaymentUnsettled, PaymentDeclined, PaymentVoided, SettlementUnavailable],
  access: [service('orders')],
}) {}

/**
 * In full. Repeating is harmless. When nothing was charged, nothing ever will be: a checkout calls a payment off before
 * it began, anybody else only one that exists (PaymentNotFound), so that a typing error calls nothing off.
 */
export class RefundPayment extends command('payments.refund-payment', {
  input: z.object({ orderId }),
  failures: [PaymentNotFound, RefundUnavailable],
  access: [service('orders'), service('payments'), role('support'), role('admin')],
}) {}

/**
 * Support gives back in full what an order has paid, and with it goes the order: the goods are held back first, which a
 * dispatch may have been faster with (GoodsHaveLeft), then it is cancelled, which its customer is told. Once this is
 * answered nothing of it can be dispatched, and the refund is made as soon as the provider can be reached, whoever dies
 * meanwhile. One that keeps failing otherwise waits for an operator as saga `payments.refund`; if the operator ends
 * that by hand, the next request asks for the refund anew.
 */
export class RequestRefund extends command('payments.request-refund', {
  input: z.object({ orderId }),
  failures: [PaymentNotFound, GoodsHaveLeft],
  access: [role('support'), role('admin')],
}) {}

export class GetPayment extends query('payments.get-payment', {
  input: z.object({ orderId }),
  output: PaymentView,
  failures: [PaymentNotFound],
  access: [role('support'), role('admin')],
}) {}

export const Difference = z.object({
  orderId: z.string(),
  kind: z.enum(['captured-without-order', 'order-without-capture', 'amount', 'currency']),
  /** What the provider holds: captured minus refunded. */
  heldMinor: minor,
  /** What the order says that it should hold. */
  expectedMinor: minor,
});
export type Difference = z.output<typeof Difference>;

/** An order with money on its way, which therefore cannot be compared yet. */
export const PendingOrder = z.object({ orderId: z.string(), status: z.string(), totalMinor: minor });
export type PendingOrder = z.output<typeof PendingOrder>;

/** Lists of a reconciliation hold this many entries; the counts count all. */
export const MAX_LISTED = 1_000;

export const Reconciliation = z.object({
  capturedMinor: minor,
  refundedMinor: minor,
  /** Orders that are confirmed, shipped or delivered. */
  confirmedOrdersMinor: minor,
  pending: z.array(PendingOrder).max(MAX_LISTED),
  pendingCount: z.int().min(0),
  differences: z.array(Difference).max(MAX_LISTED),
  differenceCount: z.int().min(0),
});

/** The provider's ledger could not be read, so nothing can be said of what it holds. */
export class LedgerUnavailable extends failure('payments.ledger-unavailable', {
  data: z.object({}),
  status: 503,
  retryable: true,
  detail: 'the payment provider could not be reached, its ledger can not be compared now',
}) {}

/** Compares the provider's own ledger with the orders. */
export class Reconcile extends query('payments.reconcile', {
  input: z.object({}),
  output: Reconciliation,
  failures: [LedgerUnavailable],
  access: [role('support'), role('admin')],
}) {}

const aboutMoney = z.object({ orderId, paymentId, amountMinor: minor, currency });

export class PaymentCaptured extends event('payments.payment-captured', { input: aboutMoney, key: 'orderId' }) {}

export class PaymentRefunded extends event('payments.payment-refunded', { input: aboutMoney, key: 'orderId' }) {}

/**
 * The money of a payment that was on its way has come, or never will, since the provider or a refund said so:
 * `captured` says which.
 */
export class PaymentSettled extends event('payments.payment-settled', {
  input: z.object({ orderId, paymentId, captured: z.boolean() }),
  key: 'orderId',
}) {}
