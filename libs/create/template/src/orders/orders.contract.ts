import { anyone, command, event, failure, query, service } from '@isolith/contracts';
import { z } from 'zod';

// All that others may know of orders.

export const OrderLine = z.object({ sku: z.string().min(1).max(40), quantity: z.int().min(1).max(1_000_000) });
export type OrderLine = z.output<typeof OrderLine>;
const anOrder = z.object({ orderId: z.uuid() });
export const Ordered = OrderLine.extend({ orderId: z.uuid() });
const Reason = z.string().max(1_000);

export const OrderView = Ordered.extend({
  status: z.enum(['placed', 'confirmed', 'rejected', 'cancelled']),
  /** Why it was rejected. */
  reason: Reason.optional(),
});
export type OrderView = z.output<typeof OrderView>;

export class OrderNotFound extends failure('orders.order-not-found', {
  data: anOrder,
  status: 404,
  detail: ({ orderId }) => `There is no order ${orderId}`,
}) {}

export class OrderAlreadyCancelled extends failure('orders.order-already-cancelled', {
  data: anOrder,
  status: 409,
  detail: ({ orderId }) => `The order ${orderId} was cancelled`,
}) {}

/** Answered as soon as the order is recorded; what becomes of it is what GetOrder shows. */
export class PlaceOrder extends command('orders.place-order', {
  input: OrderLine,
  output: anOrder,
  access: [anyone()],
}) {}

export class CancelOrder extends command('orders.cancel-order', {
  input: anOrder,
  failures: [OrderNotFound],
  access: [anyone()],
}) {}

export class GetOrder extends query('orders.get-order', {
  input: anOrder,
  output: OrderView,
  failures: [OrderNotFound],
  access: [anyone()],
}) {}

// Steps of the saga that orders goods: sent by orders to itself.
export class ConfirmOrder extends command('orders.confirm-order', {
  input: anOrder,
  failures: [OrderNotFound, OrderAlreadyCancelled],
  access: [service('orders')],
}) {}

export class RejectOrder extends command('orders.reject-order', {
  input: anOrder.extend({ reason: Reason }),
  failures: [OrderNotFound],
  access: [service('orders')],
}) {}

// What has happened. Events of one order reach whoever subscribes in this order: `key`.
export class OrderPlaced extends event('orders.order-placed', { input: Ordered, key: 'orderId' }) {}
export class OrderConfirmed extends event('orders.order-confirmed', { input: anOrder, key: 'orderId' }) {}
export class OrderRejected extends event('orders.order-rejected', {
  input: anOrder.extend({ reason: Reason }),
  key: 'orderId',
}) {}
export class OrderCancelled extends event('orders.order-cancelled', { input: anOrder, key: 'orderId' }) {}
