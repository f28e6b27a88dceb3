import { owns } from '@isolith/message-bus';
import type { Order, PlacedOrder } from '../domain/order.js';
import { OrderNotFound } from '../orders.contract.js';

/** Throws OrderNotFound also for another's order: whether it exists is nobody else's business. */
export function requireOwn(orderId: string, order: Order): PlacedOrder {
  if (!order.placed || !owns(order.customerId)) throw new OrderNotFound({ orderId });
  return order;
}
