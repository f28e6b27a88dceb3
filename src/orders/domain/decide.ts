import { OrderNotFound, OrderPlaced } from '../orders.contract.js';
import { cancel, markCancelled, refuseCancellation, settle } from './cancelling.js';
import { confirm, reject } from './checkout.js';
import { deliver, markReturned, requestReturn, ship } from './delivery.js';
import type { OrderEvent } from './events.js';
import type { Intent } from './intents.js';
import type { Order } from './order.js';

/**
 * The events that an intent leads to, none when it has come true already. Throws the failure that says why not.
 * Pure: the same order and intent give the same decision, so it can be made again after a conflict of two writers.
 */
export function decide(order: Order, intent: Intent, orderId: string): readonly OrderEvent[] {
  if (!order.placed) {
    if (intent.want !== 'place') throw new OrderNotFound({ orderId });
    const { customerId, lines, totalMinor, currency, at } = intent;
    return [new OrderPlaced({ orderId, customerId, lines: [...lines], totalMinor, currency, at })];
  }
  switch (intent.want) {
    case 'place':
      return [];
    case 'confirm':
      return confirm(order, intent);
    case 'reject':
      return reject(order, intent);
    case 'cancel':
      return cancel(order, intent.at);
    case 'mark-cancelled':
      return markCancelled(order, intent.at);
    case 'refuse-cancellation':
      return refuseCancellation(order, intent.at);
    case 'settle':
      return settle(order, intent.at);
    case 'ship':
      return ship(order, intent);
    case 'deliver':
      return deliver(order, intent);
    case 'request-return':
      return requestReturn(order, intent.at);
    case 'mark-returned':
      return markReturned(order, intent.at);
  }
}
