import type { AcceptedPlacing } from '../client/call-log.js';
import type { Disturbance } from '../ground/disturbances.js';
import { kindOf, type Target } from '../plan/fault-kinds.js';
import type { FaultKind } from '../plan/run-plan.js';
import type { OrderSeen } from '../sources/orders-seen.js';
import type { Sources } from '../sources/sources.js';
import type { Check } from './finding.js';
import { placings } from './placings.js';

/** How long the breaker in front of the payment provider stays open, and what its retries take. */
const BREAKER_MS = 40_000;

export const rejectionsAreBusiness: Check = {
  id: 'rejections-are-business',
  promise:
    'An order is rejected for a reason of business only: its card, or goods of which more was wanted than there was. Neither a replica that can’t, nor a broker, nor a clock ends one.',
  find: (sources) => {
    const placingOf = new Map(placings(sources.calls).map((placing) => [placing.orderId, placing]));
    const isScarce = scarceIn(sources);
    return sources.orders.flatMap((order) => {
      if (order.status !== 'rejected') return [];
      const placing = placingOf.get(order.id);
      if (placing !== undefined && isExplained(order, placing, isScarce, sources.disturbances)) return [];
      const { type, detail } = order.failure ?? { type: 'no reason', detail: '' };
      const card = placing?.token ?? 'a card that nobody knows';
      return [{ harm: 'turned-away' as const, what: `order ${order.id} (${card}) was rejected: ${type}, ${detail}` }];
    });
  },
};

/** Whether what is known of an order from outside allows for the reason that it was given. */
function isExplained(
  { failure, lines }: OrderSeen,
  { token, at }: AcceptedPlacing,
  isScarce: (sku: string) => boolean,
  disturbances: readonly Disturbance[],
): boolean {
  switch (failure?.type) {
    case 'out-of-stock':
      return lines.some(({ sku }) => isScarce(sku));
    case 'payment-declined':
      return token === 'tok_declined';
    case 'payment-unavailable':
      return token === 'tok_down' || providerWasAway(at, disturbances);
    default:
      return false;
  }
}

/** Of which more was ordered than received. */
function scarceIn({ calls }: Sources): (sku: string) => boolean {
  const left = new Map<string, number>();
  const add = (sku: string, quantity: number): void => void left.set(sku, (left.get(sku) ?? 0) + quantity);
  for (const call of calls) if (call.call === 'receive') add(call.sku, call.quantity);
  const orders = new Map(placings(calls).map(({ orderId, lines }) => [orderId, lines]));
  for (const lines of orders.values()) for (const { sku, quantity } of lines) add(sku, -quantity);
  return (sku) => (left.get(sku) ?? 0) < 0;
}

/**
 * The sandbox provider lives in the database and in a host of the shop: what takes one of them away takes the provider
 * away, too. What happens to the broker or beside the shop does not.
 */
const providerWasAway = (placedAt: number, disturbances: readonly Disturbance[]): boolean =>
  disturbances.some(
    ({ kind, from, until }) => hitsProvider(kind) && until + BREAKER_MS > placedAt && from < placedAt + BREAKER_MS,
  );

const HOME: readonly Target[] = ['a host', 'hosts', 'database', 'handlers'];
const hitsProvider = (kind: FaultKind): boolean => kindOf[kind].hits.some((target) => HOME.includes(target));
