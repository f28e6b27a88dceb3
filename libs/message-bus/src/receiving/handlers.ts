import {
  parseName,
  type AnyEventClass,
  type EventContract,
  type MessageClass,
  type RequestContract,
} from '@isolith/contracts';
import { defaultEventRetry, retryProblems, type EventRetry } from './event-retry.js';
import { disagreements } from './stated-and-handled.js';

/** Who handles a command or a query. It resolves with the answer, and rejects with a failure or an error. */
export interface RequestHandler {
  readonly message: MessageClass<RequestContract>;
  /** Names the handler in reports, e.g. its class. */
  readonly by: string;
  readonly invoke: (message: object) => Promise<unknown>;
}

/**
 * Who handles an event of a subscription. `by` names it in reports, e.g. its class; it resolves when the event is dealt
 * with and rejects to get it again.
 */
export interface EventHandler {
  readonly event: AnyEventClass;
  readonly by: string;
  readonly invoke: (event: object) => Promise<unknown>;
}

/** A named consumer of events: data, known to every host. */
export interface SubscriptionInfo {
  /** The consuming context. */
  readonly context: string;
  readonly subscription: string;
  readonly events: readonly EventContract[];
  /** Where a new subscription begins in a producer's journal. */
  readonly from: 'beginning' | 'now';
}

interface Subscription {
  readonly info: SubscriptionInfo;
  readonly handlers: Map<string, EventHandler>;
  readonly retry: EventRetry;
}

const REQUEST_LANES = ['requests', 'queries'];

/** What this host handles. Nothing is refused on the way in: a host names all that is wrong with it at once. */
export class Handlers {
  private readonly requests = new Map<string, RequestHandler>();
  private readonly subscriptions = new Map<string, Subscription>();
  /** As the list that every host knows has them. */
  private readonly stated: SubscriptionInfo[] = [];
  private readonly problems: string[] = [];

  addRequest(handler: RequestHandler): void {
    const { name } = handler.message.contract;
    const other = this.requests.get(name);
    if (other !== undefined) this.problems.push(`${name} has two handlers: ${other.by} and ${handler.by}`);
    else this.requests.set(name, handler);
  }

  /**
   * Makes a subscription known: without handlers as the list states it, which every host has; with them, and how often
   * they are tried, when its context is here.
   */
  addSubscription(
    info: SubscriptionInfo,
    given?: readonly EventHandler[],
    retry: EventRetry = defaultEventRetry,
  ): void {
    const id = `${info.context}.${info.subscription}`;
    this.requireName(id, info.subscription);
    this.problems.push(...retryProblems(retry).map((problem) => `subscription ${id}: ${problem}`));
    if (given === undefined) this.stated.push(info);
    const handlers = given ?? [];
    const known = this.subscriptions.get(id);
    if (known !== undefined && known.handlers.size > 0 && handlers.length > 0) {
      this.problems.push(`subscription ${id} is declared twice`);
      return;
    }
    const byType = new Map<string, EventHandler>();
    for (const handler of handlers) {
      const { name } = handler.event.contract;
      const other = byType.get(name);
      if (other !== undefined)
        this.problems.push(`subscription ${id} has two handlers for ${name}: ${other.by} and ${handler.by}`);
      else byType.set(name, handler);
    }
    if (known === undefined || handlers.length > 0) this.subscriptions.set(id, { info, handlers: byType, retry });
  }

  request(name: string): RequestHandler | undefined {
    return this.requests.get(name);
  }

  event(context: string, subscription: string, name: string): EventHandler | undefined {
    return this.subscriptions.get(`${context}.${subscription}`)?.handlers.get(name);
  }

  retry(context: string, subscription: string): EventRetry {
    return this.subscriptions.get(`${context}.${subscription}`)?.retry ?? defaultEventRetry;
  }

  allRequests(): readonly RequestHandler[] {
    return [...this.requests.values()];
  }

  allSubscriptions(): readonly SubscriptionInfo[] {
    return [...this.subscriptions.values()].map(({ info }) => info);
  }

  /** All that is wrong, for a host that runs these contexts. */
  violations(isHere: (context: string) => boolean = () => false): readonly string[] {
    const handled = [...this.subscriptions.values()].filter(({ handlers }) => handlers.size > 0);
    return [
      ...this.problems,
      ...disagreements(
        this.stated,
        handled.map(({ info }) => info),
        isHere,
      ),
    ];
  }

  /** A subscription's name is part of an address, beside the request lanes of its context. */
  private requireName(id: string, subscription: string): void {
    try {
      parseName(id);
      if (REQUEST_LANES.includes(subscription)) this.problems.push(`subscription ${id} has the name of a request lane`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.problems.push(`subscription ${id}: ${error.message}`);
    }
  }
}
