import type { Absence } from './absence.js';
import type { Lease, SubscriptionName, Wanted } from '../subscriptions/lease-table.js';
import type { RelayStatus } from './relay-status.js';
import type { Wait } from './serving-waits.js';
import { Serving, type ServingParts } from './serving.js';

/**
 * One subscription of one journal, at one host.
 *
 *   following --lead: a lease was granted--> leading --lose: somebody else holds it--> following
 *       |                                       '--finish: the host drains--> ended, its lease is released
 *       '--finish--> ended
 */
export class SubscriptionRelay implements Wanted {
  readonly context: string;
  readonly subscription: string;
  readonly types: readonly string[];
  private term: { readonly token: string; readonly serving: Serving; stored: number } | undefined;
  private ended = false;
  /** Since when it is free and not granted to this host, by `performance.now()`. */
  private withheldSince: number | undefined;

  constructor(
    private readonly parts: ServingParts,
    private readonly absence: Absence,
  ) {
    this.context = parts.subscriber.context;
    this.subscription = parts.subscriber.subscription;
    this.types = parts.subscriber.types;
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
    return this.types.some((type) => types.has(type));
  }

  /** The token under which all have gone that take more of its types than this host; see Absence. */
  get absent(): string | undefined {
    return this.absence.since;
  }

  /** It was withheld under this token, for hosts that take more; undefined: it was not, or nobody could tell. */
  withheld(token?: string): void {
    this.withheldSince = token === undefined ? undefined : (this.withheldSince ?? performance.now());
    if (token === undefined) this.absence.ended();
    else this.absence.free(token, performance.now());
  }

  /** For how long nobody leads it, and this host may not, in milliseconds; 0 when it is led, or nobody can tell. */
  get withheldMs(): number {
    return this.withheldSince === undefined ? 0 : performance.now() - this.withheldSince;
  }

  /**
   * Serves it from where the leaders before have come to. False when it has ended meanwhile: then the lease is to be
   * released.
   */
  lead({ token, position }: Lease): boolean {
    if (!this.follows) return false;
    const serving = new Serving(this.parts, position);
    this.term = { token, serving, stored: position };
    serving.start();
    return true;
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

  /** What has waited longest of what this host serves; undefined when nothing waits, or another host serves it. */
  waits(): Wait | undefined {
    return this.term?.serving.waits.longest();
  }

  /** See ServingWaits. */
  get heldMs(): number {
    return this.term?.serving.waits.heldMs ?? 0;
  }

  status(end: number, stored: number): RelayStatus {
    const { context, subscription, term } = this;
    const window = term?.serving.window;
    const position = window?.watermark() ?? stored;
    const last = Math.max(position, end);
    const oldest = window?.oldestSince;
    return {
      producer: this.parts.journal.context,
      context,
      subscription,
      leader: term !== undefined,
      position,
      end: last,
      lag: last - position,
      unfinished: window?.unfinished ?? 0,
      oldestUnfinishedMs: oldest === undefined ? 0 : Math.round(performance.now() - oldest),
      failures: term?.serving.failures ?? 0,
    };
  }
}
