import type { Principal } from '@isolith/contracts';
import { currentPrincipal } from '@isolith/message-bus';
import type { Order, PlacedOrder } from '../domain/order.js';
import { OrderNotFound } from '../orders.contract.js';

/** Support and admins see all orders. */
export const seesAll = ({ roles }: Principal): boolean => roles.includes('support') || roles.includes('admin');

/** Whether the sender of the message being handled may know of a customer's order. */
export function mayKnow(customerId: string): boolean {
  const principal = currentPrincipal();
  return principal.user === customerId || seesAll(principal);
}

/** Throws OrderNotFound also for another's order: whether it exists is nobody else's business. */
export function requireOwn(orderId: string, order: Order): PlacedOrder {
  if (!order.placed || !mayKnow(order.customerId)) throw new OrderNotFound({ orderId });
  return order;
}
