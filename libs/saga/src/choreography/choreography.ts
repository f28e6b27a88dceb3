import type { AnyEventClass, MessageName } from '@isolith/contracts';
import { defaultEventRetry, type EventRetry } from '@isolith/message-bus';
import type { Reaction } from './reaction.js';

/** What a choreography is, as data. */
export interface ChoreographyDefinition<N extends MessageName = MessageName> {
  /**
   * `context.subscription`, e.g. `notifications.stock-alerts`: it takes its events by the subscription of this name.
   */
  readonly name: N;
  /** Where the subscription begins in a journal that is older than it. Default: `beginning`. */
  readonly from?: 'beginning' | 'now';
  /**
   * How often an event is tried that no outage and no final refusal holds up, until it is parked; `handlerMs` is about
   * each of its commands. Default: as any subscription, and 12,000 ms.
   */
  readonly retry?: Partial<EventRetry>;
  readonly on: readonly Reaction[];
}

/** A declared choreography. It states its subscription: a descriptor lists it among its `subscriptions`. */
export interface Choreography<N extends MessageName = MessageName> {
  readonly name: N;
  readonly from: 'beginning' | 'now';
  readonly retry: EventRetry;
  readonly reactions: readonly Reaction[];
  /** What the subscription takes, each once. */
  readonly events: readonly AnyEventClass[];
}

/**
 * What one command may take before the watchdog names it, in milliseconds: the wait for its answer, and a little to say
 * so.
 */
const PER_COMMAND_MS = 12_000;

/**
 * Declares which commands a context answers events with, all in one place. Nothing is refused here: a host names
 * everything that is wrong with all its choreographies at once.
 */
export function choreography<N extends MessageName>({
  name,
  from = 'beginning',
  retry = {},
  on,
}: ChoreographyDefinition<N>): Choreography<N> {
  return {
    name,
    from,
    retry: { ...defaultEventRetry, handlerMs: PER_COMMAND_MS, ...retry },
    reactions: on,
    events: [...new Set(on.map(({ event }) => event))],
  };
}

/** Whether what states a subscription is a choreography, which handles it too. */
export const isChoreography = (stated: object): stated is Choreography => 'reactions' in stated;
