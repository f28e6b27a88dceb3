import type { OrderStatus } from '../orders.contract.js';
import type { OrderEvent } from './events.js';

/** What decisions need to know of an order that was placed. */
export interface PlacedOrder {
  readonly placed: true;
  readonly orderId: string;
  readonly customerId: string;
  readonly status: OrderStatus;
  readonly totalMinor: number;
  readonly currency: string;
  /** Of a confirmed order. `refused`: the goods were faster, and will never be held back again. */
  readonly cancellation: 'none' | 'requested' | 'refused';
  readonly returnRequested: boolean;
  /** Whether no step that moves money is under way. */
  readonly settled: boolean;
}

export type Order = { readonly placed: false } | PlacedOrder;

export const noOrder = (): Order => ({ placed: false });

/** Folds a recorded event; it never refuses one, because what is recorded has happened. */
export function evolve(order: Order, event: OrderEvent): Order {
  if (event.type === 'orders.order-placed') {
    const { orderId, customerId, totalMinor, currency } = event;
    return {
      placed: true,
      orderId,
      customerId,
      totalMinor,
      currency,
      status: 'pending',
      cancellation: 'none',
      returnRequested: false,
      settled: false,
    };
  }
  // An order's stream begins with its placing; anything before that belongs to no order.
  return order.placed ? { ...order, ...changeBy(event, order) } : order;
}

/** What an event changes. The money of an order is unsettled from a change's first step until its last. */
function changeBy(
  event: Exclude<OrderEvent, { type: 'orders.order-placed' }>,
  { returnRequested }: PlacedOrder,
): Partial<PlacedOrder> {
  switch (event.type) {
    case 'orders.order-confirmed':
      return { status: 'confirmed', settled: true };
    case 'orders.order-rejected':
      return { status: 'rejected', settled: true };
    case 'orders.order-cancellation-requested':
      return { cancellation: 'requested', settled: false };
    case 'orders.order-cancellation-refused':
      // The news may be so late that the goods are on their way back already.
      return { cancellation: 'refused', settled: !returnRequested };
    case 'orders.order-cancelled':
      return { status: 'cancelled', settled: false };
    case 'orders.order-settled':
      return { settled: true };
    case 'orders.order-shipped':
      return { status: 'shipped' };
    case 'orders.order-delivered':
      return { status: 'delivered' };
    case 'orders.order-return-requested':
      return { returnRequested: true, settled: false };
    case 'orders.order-returned':
      return { status: 'returned', settled: true };
  }
}
