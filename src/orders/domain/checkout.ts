import {
  OrderAlreadyCancelled,
  OrderConfirmed,
  OrderRejected,
  OrderSettled,
  remedyFor,
  UnexpectedOrderStatus,
} from '../orders.contract.js';
import type { OrderEvent } from './events.js';
import type { IntentOf } from './intents.js';
import type { PlacedOrder } from './order.js';

/** The pivot of the checkout. A customer who cancelled meanwhile came first. */
export function confirm(
  order: PlacedOrder,
  { paymentId, trackingNumber, at }: IntentOf<'confirm'>,
): readonly OrderEvent[] {
  const { orderId, customerId, status, totalMinor, currency } = order;
  switch (status) {
    case 'pending':
      return [new OrderConfirmed({ orderId, customerId, at, paymentId, trackingNumber, totalMinor, currency })];
    case 'cancelled':
      throw new OrderAlreadyCancelled({ orderId });
    case 'rejected':
      throw new UnexpectedOrderStatus({ orderId, status, step: 'confirming' });
    default:
      return [];
  }
}

/** Comes when everything is compensated, so for a cancelled order it means that its money is where it belongs. */
export function reject(order: PlacedOrder, { reason, detail, at }: IntentOf<'reject'>): readonly OrderEvent[] {
  const { orderId, customerId, status, settled } = order;
  switch (status) {
    case 'pending':
      return [new OrderRejected({ orderId, customerId, at, reason, detail, remedy: remedyFor(reason) })];
    case 'rejected':
      return [];
    case 'cancelled':
      return settled ? [] : [new OrderSettled({ orderId, customerId, at })];
    default:
      throw new UnexpectedOrderStatus({ orderId, status, step: 'rejecting' });
  }
}
