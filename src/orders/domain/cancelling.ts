import {
  OrderCancellationRefused,
  OrderCancellationRequested,
  OrderCancelled,
  OrderNotCancellable,
  OrderSettled,
  UnexpectedOrderStatus,
} from '../orders.contract.js';
import type { OrderEvent } from './events.js';
import type { PlacedOrder } from './order.js';

/**
 * A pending order is cancelled at once: its checkout finds that out when its payment is called off, or when it comes to
 * confirm, and compensates.
 * A confirmed one has to win against the shipment first.
 */
export function cancel(order: PlacedOrder, at: string): readonly OrderEvent[] {
  const { orderId, customerId, status, cancellation } = order;
  if (status === 'cancelled') return [];
  if (status === 'pending') return [new OrderCancelled({ orderId, customerId, at })];
  if (status === 'confirmed' && cancellation === 'requested') return [];
  if (status === 'confirmed' && cancellation === 'none')
    return [new OrderCancellationRequested({ orderId, customerId, at })];
  // Refused means that the goods have left, though the news of it is still on its way.
  throw new OrderNotCancellable({ orderId, status: status === 'confirmed' ? 'shipped' : status });
}

/** The shipment is held back. */
export function markCancelled(order: PlacedOrder, at: string): readonly OrderEvent[] {
  const { orderId, customerId, status, cancellation } = order;
  if (status === 'cancelled') return [];
  if (status === 'confirmed' && cancellation === 'requested') return [new OrderCancelled({ orderId, customerId, at })];
  throw new UnexpectedOrderStatus({ orderId, status, step: 'cancelling' });
}

/** The goods were faster. */
export function refuseCancellation(order: PlacedOrder, at: string): readonly OrderEvent[] {
  const { orderId, customerId, status, cancellation } = order;
  if (cancellation !== 'requested' || status === 'cancelled') return [];
  return [new OrderCancellationRefused({ orderId, customerId, at })];
}

/** Money and stock of a cancelled order are where they belong. */
export function settle(order: PlacedOrder, at: string): readonly OrderEvent[] {
  const { orderId, customerId, status, settled } = order;
  if (status !== 'cancelled') throw new UnexpectedOrderStatus({ orderId, status, step: 'settling' });
  return settled ? [] : [new OrderSettled({ orderId, customerId, at })];
}
