import type { AnyContractClass, MessageClass, RequestContract } from '@isolith/contracts';
import type { Type } from '@nestjs/common';
import type { EventRetry } from '../receiving/event-retry.js';

/** How one subscription of a context is handled. */
export interface SubscriptionFeature {
  /** Classes decorated with `@EventsHandler`; each event of the subscription has exactly one. */
  readonly handlers: readonly Type[];
  /** Where the subscription begins in a journal that is older than it. Default: `beginning`. */
  readonly from?: 'beginning' | 'now';
  /**
   * How often an event is tried until it is parked. Default: 5 attempts, pauses of up to 200 ms, doubling up to 10 s.
   */
  readonly retry?: Partial<EventRetry>;
}

/** What a context's module states about itself to the bus. */
export interface BusFeature {
  readonly context: string;
  /** All messages that the context owns (`contractsIn(await …)`): each command and query must have a handler. */
  readonly contracts?: readonly AnyContractClass[];
  /** Foreign commands and queries that it sends. */
  readonly needs?: readonly MessageClass<RequestContract>[];
  readonly subscriptions?: Readonly<Record<string, SubscriptionFeature>>;
}

/** Carries a feature through Nest's container, where the routing finds it. */
export class BusFeatureRegistration {
  constructor(readonly feature: BusFeature) {}
}
