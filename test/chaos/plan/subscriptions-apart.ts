import { shop } from '../../../src/shop.js';
import type { Placement } from '../../support/placements.js';

/** A subscription whose consumers can all be stopped while the contexts whose events it takes go on. */
export interface SubscriptionApart {
  readonly context: string;
  readonly subscription: string;
  /** Of the names of contracts. */
  readonly types: readonly string[];
  readonly producers: readonly string[];
  /** Of the hosts that consume it. */
  readonly places: readonly number[];
}

/** Those of a placement; with their consumers gone, what they take waits in their queues. */
export function subscriptionsApart({ hosts }: Pick<Placement, 'hosts'>): readonly SubscriptionApart[] {
  return shop.subscriptions.flatMap(({ context, subscription, events }) => {
    const producers = [...new Set(events.map(({ context: of }) => of))];
    const places = [...hosts.keys()].filter((place) => hosts[place]?.includes(context));
    const others = hosts.filter((contexts) => !contexts.includes(context)).flat();
    // Orders are placed at the gateway. Without either nothing new would happen, and what is no order's is too rare.
    if (!producers.includes('orders') || ![...producers, 'gateway'].every((one) => others.includes(one))) return [];
    return [{ context, subscription, types: events.map(({ name }) => name), producers, places }];
  });
}
