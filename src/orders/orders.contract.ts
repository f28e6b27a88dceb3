import {
  command,
  event,
  failure,
  line,
  owner,
  page,
  personal,
  query,
  role,
  service,
  signedIn,
} from '@isolith/contracts';
import { z } from 'zod';

export const Sku = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{0,39}$/, 'is not a sku: capitals, digits and dashes, at most 40');
const orderId = z.uuid();
const customerId = z.uuid();
/** ISO 4217. */
const currency = z.string().regex(/^[A-Z]{3}$/);
/** Minor units. One order stays far below what sums over many orders can hold exactly. */
export const MAX_TOTAL_MINOR = 1_000_000_000_000;
const minor = z.int().min(0);
const at = z.iso.datetime();

export const Address = z.object({
  name: line(200),
  line1: line(200),
  line2: line(200).optional(),
  city: line(100),
  postalCode: line(20),
  region: line(100).optional(),
  country: z.string().regex(/^[A-Z]{2}$/, 'is not an ISO 3166 alpha-2 country code'),
});
export type Address = z.output<typeof Address>;

/** What a customer asks for. */
export const RequestedLine = z.object({ sku: Sku, quantity: z.int().min(1).max(1000) });
/** The same with the name and the price of the moment of ordering. */
export const OrderLine = z.object({
  sku: Sku,
  name: z.string().max(200),
  quantity: z.int().min(1).max(1000),
  unitPriceMinor: minor,
});
export type OrderLine = z.output<typeof OrderLine>;

export const OrderStatus = z.enum([
  'pending',
  'confirmed',
  'rejected',
  'cancelled',
  'shipped',
  'delivered',
  'returned',
]);
export type OrderStatus = z.output<typeof OrderStatus>;

/** Why a checkout ended without an order: the label of the failure that ended it, and a sentence. */
export const OrderFailure = z.object({ type: z.string().max(100), detail: z.string().max(1000) });

export const OrderView = z.object({
  id: orderId,
  customerId,
  status: OrderStatus,
  lines: z.array(OrderLine),
  totalMinor: minor,
  currency,
  paymentId: z.uuid().optional(),
  trackingNumber: z.string().optional(),
  /** Oldest first. */
  history: z.array(z.object({ status: OrderStatus, at })),
  failure: OrderFailure.optional(),
});
export type OrderView = z.output<typeof OrderView>;

export class UnknownSku extends failure('orders.unknown-sku', {
  data: z.object({ sku: z.string(), pointer: z.string() }),
  status: 422,
  detail: ({ sku }) => `there is no product with sku ${sku}`,
}) {}

export class ForeignCurrency extends failure('orders.foreign-currency', {
  data: z.object({ sku: z.string(), currency: z.string(), expected: z.string(), pointer: z.string() }),
  status: 422,
  detail: ({ sku, currency: found, expected }) => `${sku} is priced in ${found}, this shop sells in ${expected}`,
}) {}

export class OrderTooLarge extends failure('orders.order-too-large', {
  data: z.object({ maxTotalMinor: z.int(), pointer: z.string() }),
  status: 422,
  detail: ({ maxTotalMinor }) => `the total of an order is at most ${maxTotalMinor} minor units`,
}) {}

export class PriceMoved extends failure('orders.price-moved', {
  data: z.object({ sku: z.string(), shownPriceMinor: minor, priceMinor: minor, pointer: z.string() }),
  status: 409,
  detail: ({ sku, shownPriceMinor, priceMinor }) =>
    `${sku} was shown at ${shownPriceMinor} minor units and costs ${priceMinor} now: order anew at that price`,
}) {}

export class OrderNotFound extends failure('orders.order-not-found', {
  data: z.object({ orderId: z.string() }),
  status: 404,
  detail: ({ orderId: id }) => `there is no order ${id}`,
}) {}

const refusedIn = z.object({ orderId: z.string(), status: OrderStatus });

export class OrderNotCancellable extends failure('orders.order-not-cancellable', {
  data: refusedIn,
  status: 409,
  detail: ({ status }) => `an order that is ${status} can no longer be cancelled`,
}) {}

export class OrderNotReturnable extends failure('orders.order-not-returnable', {
  data: refusedIn,
  status: 409,
  detail: ({ status }) => `only a delivered order can be returned, this one is ${status}`,
}) {}

export class OrderAlreadyCancelled extends failure('orders.order-already-cancelled', {
  data: z.object({ orderId: z.string() }),
  status: 409,
  detail: 'the order was cancelled before its checkout had ended',
}) {}

/** The order is in a state in which this internal step makes no sense. */
export class UnexpectedOrderStatus extends failure('orders.unexpected-order-status', {
  data: z.object({ orderId: z.string(), status: OrderStatus, step: z.string() }),
  status: 409,
  detail: ({ status, step }) => `${step} is not possible for an order that is ${status}`,
}) {}

/**
 * With the price of one that the customer was shown, in minor units. Who says it pays it, as long as the price has not
 * moved by more than the shop bears (PRICE_TOLERANCE_PERCENT); who does not pays what it costs now.
 */
const NewLine = RequestedLine.extend({ shownPriceMinor: minor.max(MAX_TOTAL_MINOR).optional() });

export const placeOrderInput = z.object({
  lines: z.array(NewLine).min(1).max(50),
  paymentToken: personal(z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters')),
  address: personal(Address),
});

/** Begins a checkout for the signed-in user. The order is `pending` and readable when this returns. */
export class PlaceOrder extends command('orders.place-order', {
  input: placeOrderInput,
  output: z.object({ orderId }),
  failures: [UnknownSku, ForeignCurrency, OrderTooLarge, PriceMoved],
  access: [signedIn()],
}) {}

/**
 * Owner, support or admin. Pending: cancelled at once; confirmed: cancelled unless the goods leave first; repeating is
 * harmless.
 */
export class CancelOrder extends command('orders.cancel-order', {
  input: z.object({ orderId }),
  failures: [OrderNotFound, OrderNotCancellable],
  access: [owner(), role('support'), role('admin')],
}) {}

/** Owner, support or admin. Begins the return of a delivered order; repeating is harmless. */
export class ReturnOrder extends command('orders.return-order', {
  input: z.object({ orderId }),
  failures: [OrderNotFound, OrderNotReturnable],
  access: [owner(), role('support'), role('admin')],
}) {}

/** The pivot of the checkout: from here on the order is the customer's. */
export class ConfirmOrder extends command('orders.confirm-order', {
  input: z.object({ orderId, paymentId: z.uuid(), trackingNumber: z.string().min(1).max(100) }),
  failures: [OrderNotFound, OrderAlreadyCancelled, UnexpectedOrderStatus],
  access: [service('orders')],
}) {}

/** The checkout has failed and everything is compensated. A cancelled order stays cancelled. */
export class RejectOrder extends command('orders.reject-order', {
  input: z.object({ orderId, reason: z.string().max(100), detail: z.string().max(1000) }),
  failures: [OrderNotFound, UnexpectedOrderStatus],
  access: [service('orders')],
}) {}

/** The goods are held back: the confirmed order is cancelled, its money and stock follow. */
export class MarkOrderCancelled extends command('orders.mark-order-cancelled', {
  input: z.object({ orderId }),
  failures: [OrderNotFound, UnexpectedOrderStatus],
  access: [service('orders')],
}) {}

/** The goods left before they could be held back: the requested cancellation is off. */
export class RefuseCancellation extends command('orders.refuse-cancellation', {
  input: z.object({ orderId }),
  failures: [OrderNotFound],
  access: [service('orders')],
}) {}

/** Money and stock of a cancelled order are where they belong. */
export class SettleOrder extends command('orders.settle-order', {
  input: z.object({ orderId }),
  failures: [OrderNotFound, UnexpectedOrderStatus],
  access: [service('orders')],
}) {}

/** Money and goods of a return are back. */
export class MarkOrderReturned extends command('orders.mark-order-returned', {
  input: z.object({ orderId }),
  failures: [OrderNotFound, UnexpectedOrderStatus],
  access: [service('orders')],
}) {}

/** For the owner, support and admin; another's order is OrderNotFound. */
export class GetOrder extends query('orders.get-order', {
  input: z.object({ orderId }),
  output: OrderView,
  failures: [OrderNotFound],
  access: [owner(), role('support'), role('admin')],
}) {}

export const listOrdersInput = z.object({
  status: OrderStatus.optional(),
  customerId: customerId.optional(),
  limit: z.int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
});

/** A cursor that this list did not give. */
export class BadCursor extends failure('orders.bad-cursor', {
  data: z.object({ pointer: z.string() }),
  status: 400,
  detail: 'the cursor is not one that this list gave',
}) {}

/** Newest first. A customer sees the own orders only, support and admin all. */
export class ListOrders extends query('orders.list-orders', {
  input: listOrdersInput,
  output: page(OrderView),
  failures: [BadCursor],
  access: [owner(), role('support'), role('admin')],
}) {}

export const OrderTotal = z.object({
  orderId,
  status: OrderStatus,
  totalMinor: minor,
  currency,
  /** Whether no step that moves money is under way. */
  settled: z.boolean(),
});
export type OrderTotal = z.output<typeof OrderTotal>;

/** All orders by ascending id, for reconciliation; `nextCursor` is the id after which the next page begins. */
export class ListOrderTotals extends query('orders.list-order-totals', {
  input: z.object({ limit: z.int().min(1).max(1000).default(1000), cursor: orderId.optional() }),
  output: z.object({ items: z.array(OrderTotal), nextCursor: orderId.optional() }),
  access: [service('payments')],
}) {}

const about = { orderId, customerId, at };

export class OrderPlaced extends event('orders.order-placed', {
  input: z.object({ ...about, lines: z.array(OrderLine), totalMinor: minor, currency }),
  key: 'orderId',
}) {}

export class OrderConfirmed extends event('orders.order-confirmed', {
  input: z.object({ ...about, paymentId: z.uuid(), trackingNumber: z.string(), totalMinor: minor, currency }),
  key: 'orderId',
}) {}

/** What a customer whose order was rejected can do about it. */
export const Remedy = z.enum(['other-goods', 'other-payment', 'try-later']);
export type Remedy = z.output<typeof Remedy>;

export const remedyFor = (reason: unknown): Remedy =>
  reason === 'out-of-stock' ? 'other-goods' : reason === 'payment-declined' ? 'other-payment' : 'try-later';

/** Version 1 had no remedy: whoever wrote to the customer had to know what each reason means. */
export class OrderRejected extends event('orders.order-rejected', {
  input: z.object({ ...about, reason: z.string(), detail: z.string(), remedy: Remedy }),
  key: 'orderId',
  version: 2,
  upcasters: [{ from: 1, up: (data) => ({ ...data, remedy: remedyFor(data['reason']) }) }],
}) {}

/** The customer wants out of a confirmed order; whether that is still possible is decided by the shipment. */
export class OrderCancellationRequested extends event('orders.order-cancellation-requested', {
  input: z.object(about),
  key: 'orderId',
}) {}

/** The goods had left already. */
export class OrderCancellationRefused extends event('orders.order-cancellation-refused', {
  input: z.object(about),
  key: 'orderId',
}) {}

export class OrderCancelled extends event('orders.order-cancelled', { input: z.object(about), key: 'orderId' }) {}

/** Money and stock of a cancelled order are where they belong. */
export class OrderSettled extends event('orders.order-settled', { input: z.object(about), key: 'orderId' }) {}

export class OrderShipped extends event('orders.order-shipped', {
  input: z.object({ ...about, shipmentId: z.uuid() }),
  key: 'orderId',
}) {}

export class OrderDelivered extends event('orders.order-delivered', {
  input: z.object({ ...about, shipmentId: z.uuid() }),
  key: 'orderId',
}) {}

export class OrderReturnRequested extends event('orders.order-return-requested', {
  input: z.object(about),
  key: 'orderId',
}) {}

export class OrderReturned extends event('orders.order-returned', { input: z.object(about), key: 'orderId' }) {}
