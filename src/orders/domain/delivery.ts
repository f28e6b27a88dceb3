import {
  OrderDelivered,
  OrderNotReturnable,
  OrderReturned,
  OrderReturnRequested,
  OrderShipped,
  UnexpectedOrderStatus,
  type OrderStatus,
} from '../orders.contract.js';
import type { OrderEvent } from './events.js';
import type { IntentOf } from './intents.js';
import type { PlacedOrder } from './order.js';

const AFTER_SHIPPING: readonly OrderStatus[] = ['shipped', 'delivered', 'returned'];

/** The goods have left; a cancellation that is under way has lost. */
export function ship(order: PlacedOrder, { shipmentId, at }: IntentOf<'ship'>): readonly OrderEvent[] {
  const { orderId, customerId, status } = order;
  if (AFTER_SHIPPING.includes(status)) return [];
  if (status === 'confirmed') return [new OrderShipped({ orderId, customerId, at, shipmentId })];
  throw new UnexpectedOrderStatus({ orderId, status, step: 'shipping' });
}

export function deliver(order: PlacedOrder, { shipmentId, at }: IntentOf<'deliver'>): readonly OrderEvent[] {
  const { orderId, customerId, status } = order;
  if (status === 'delivered' || status === 'returned') return [];
  if (status === 'shipped') return [new OrderDelivered({ orderId, customerId, at, shipmentId })];
  throw new UnexpectedOrderStatus({ orderId, status, step: 'delivering' });
}

export function requestReturn(order: PlacedOrder, at: string): readonly OrderEvent[] {
  const { orderId, customerId, status, returnRequested } = order;
  if (status === 'returned') return [];
  if (status !== 'delivered') throw new OrderNotReturnable({ orderId, status });
  return returnRequested ? [] : [new OrderReturnRequested({ orderId, customerId, at })];
}

/** Money and goods are back. */
export function markReturned(order: PlacedOrder, at: string): readonly OrderEvent[] {
  const { orderId, customerId, status, returnRequested } = order;
  if (status === 'returned') return [];
  if (status !== 'delivered' || !returnRequested)
    throw new UnexpectedOrderStatus({ orderId, status, step: 'returning' });
  return [new OrderReturned({ orderId, customerId, at })];
}
