import { aggregate } from '@isolith/event-sourcing';
import { decide, evolve, noOrder } from '../domain/order.js';
import { OrderCancelled, OrderConfirmed, OrderPlaced, OrderRejected } from '../orders.contract.js';

/** An order is kept as what has happened to it; every decision is taken on that. */
export const order = aggregate({
  name: 'order',
  events: [OrderPlaced, OrderConfirmed, OrderRejected, OrderCancelled],
  initial: noOrder,
  decide,
  evolve,
});
