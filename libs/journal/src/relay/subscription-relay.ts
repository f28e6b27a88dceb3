import type { Lease, SubscriptionName } from './lease-table.js';
import type { RelayStatus } from './relay-status.js';
import { Serving, type ServingParts } from './serving.js';

/**
 * One subscription of one journal, at one host.
 *
 *   following --lead: a lease was granted--> leading --lose: somebody else holds it--> following
 *       |                                       '--finish: the host drains--> ended, its lease is released
 *       '--finish--> ended
 */
export class SubscriptionRelay implements SubscriptionName {
  readonly context: string;
  readonly subscription: string;
  private term: { readonly token: string; readonly serving: Serving; stored: number } | undefined;
  private ended = false;

  constructor(private readonly parts: ServingParts) {
    this.context = parts.subscriber.context;
    this.subscription = parts.subscriber.subscription;
  }

  get leads(): boolean {
    return this.term !== undefined;
  }

  get follows(): boolean {
    return !this.ended && this.term === undefined;
  }

  /** Positions that are finished and not stored. */
  get unstored(): number {
    return this.term === undefined ? 0 : this.term.serving.window.watermark() - this.term.stored;
  }

  is({ context, subscription }: SubscriptionName): boolean {
    return this.context === context && this.subscription === subscription;
  }

  takes(types: ReadonlySet<string>): boolean {
    return this.parts.subscriber.types.some((type) => types.has(type));
  }

  /** Serves it from where the leaders before have come to. */
  lead({ token, position }: Lease): void {
    if (!this.follows) return;
    const serving = new Serving(this.parts, position);
    this.term = { token, serving, stored: position };
    serving.start();
  }

  ring(): void {
    this.term?.serving.ring();
  }

  /** The lease as it is to be renewed, with how far everything is finished by now. */
  lease(): Lease | undefined {
    if (this.term === undefined) return undefined;
    const { token, serving } = this.term;
    return { context: this.context, subscription: this.subscription, token, position: serving.window.watermark() };
  }

  stored({ token, position }: Lease): void {
    if (this.term?.token === token) this.term.stored = position;
  }

  /** The lease is lost, or whichever is held: drops everything and follows. Whether there was something to lose. */
  lose(lease?: Lease): boolean {
    if (this.term === undefined || (lease !== undefined && this.term.token !== lease.token)) return false;
    this.term.serving.abandon();
    this.term = undefined;
    return true;
  }

  /** Ends it; see Serving.finish. Yields the lease to be released, if one is held. */
  async finish(signal: AbortSignal): Promise<Lease | undefined> {
    this.ended = true;
    await this.term?.serving.finish(signal);
    const lease = this.lease();
    this.term = undefined;
    return lease;
  }

  status(end: number, stored: number): RelayStatus {
    const { context, subscription, term } = this;
    const window = term?.serving.window;
    const position = window?.watermark() ?? stored;
    const last = Math.max(position, end);
    const oldest = window?.oldestSince;
    return {
      producer: this.parts.journal.context, context, subscription, leader: term !== undefined, position, end: last, lag: last - position,
      unfinished: window?.unfinished ?? 0,
      oldestUnfinishedMs: oldest === undefined ? 0 : Math.round(performance.now() - oldest),
      failures: term?.serving.failures ?? 0,
    };
  }
}
