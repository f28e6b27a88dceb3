import {
  OrderAlreadyCancelled,
  OrderCancelled,
  OrderConfirmed,
  type OrderLine,
  OrderNotFound,
  OrderPlaced,
  OrderRejected,
  type OrderView,
} from '../orders.contract.js';

type OrderEvent = OrderPlaced | OrderConfirmed | OrderRejected | OrderCancelled;
/** What an order has come to; undefined before it was placed. */
type Order = OrderView | undefined;
/** What somebody wants of an order. */
type Intent =
  | ({ readonly want: 'place' } & OrderLine)
  | { readonly want: 'confirm' | 'cancel' }
  | { readonly want: 'reject'; readonly reason: string };

export const noOrder = (): Order => undefined;

/** What is recorded has happened: it is never refused here. */
export function evolve(order: Order, event: OrderEvent): Order {
  if (event.type === 'orders.order-placed') {
    const { orderId, sku, quantity } = event;
    return { orderId, sku, quantity, status: 'placed' };
  }
  // Nothing happens to an order before it is placed.
  if (order === undefined) return order;
  switch (event.type) {
    case 'orders.order-confirmed':
      return { ...order, status: 'confirmed' };
    case 'orders.order-rejected':
      return { ...order, status: 'rejected', reason: event.reason };
    case 'orders.order-cancelled':
      return { ...order, status: 'cancelled' };
  }
}

/** What an intent leads to; nothing where it has come true already, or comes too late to matter. */
export function decide(order: Order, intent: Intent, orderId: string): readonly OrderEvent[] {
  if (intent.want === 'place') {
    const { sku, quantity } = intent;
    return order === undefined ? [new OrderPlaced({ orderId, sku, quantity })] : [];
  }
  const { status } = requirePlaced(order, orderId);
  switch (intent.want) {
    case 'confirm':
      if (status === 'cancelled') throw new OrderAlreadyCancelled({ orderId });
      return status === 'placed' ? [new OrderConfirmed({ orderId })] : [];
    case 'reject':
      return status === 'placed' ? [new OrderRejected({ orderId, reason: intent.reason })] : [];
    case 'cancel':
      return status === 'placed' || status === 'confirmed' ? [new OrderCancelled({ orderId })] : [];
  }
}

export function requirePlaced(order: Order, orderId: string): OrderView {
  if (order === undefined) throw new OrderNotFound({ orderId });
  return order;
}
