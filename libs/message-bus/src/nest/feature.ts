import type { AnyContractClass, MessageClass, RequestContract } from '@isolith/contracts';
import type { Type } from '@nestjs/common';

export interface SubscriptionFeature {
  /** Classes decorated with `@EventsHandler`; each event of the subscription has exactly one. */
  readonly handlers: readonly Type[];
  /** Where the subscription begins in a journal that is older than it. Default: `beginning`. */
  readonly from?: 'beginning' | 'now';
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
