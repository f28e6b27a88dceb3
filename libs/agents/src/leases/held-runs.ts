import type { HeldRun } from '../store/run-rows.js';
import type { RunLeases } from './run-leases.js';

interface Moving extends Pick<HeldRun, 'id' | 'token' | 'agent'> {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  /** The lease was extended at this time or later (performance.now()). */
  extendedAt: number;
  /** What it is at, and since when (performance.now()). */
  doing: string;
  since: number;
}

/** A run that this host holds, what it is at, and for how many milliseconds already. */
export interface LongestHeld {
  readonly id: string;
  readonly agent: string;
  readonly doing: string;
  readonly sinceMs: number;
}

/**
 * The runs that this host is moving, and the renewal of their leases.
 *
 *   moving --rests, waits, pauses--> (none)
 *     |--its renewal finds another token--> aborted: what it is at is of no use any more --> (none)
 *     '--the host can't wait any longer--> aborted --> (none)
 *
 * Every fifth of a lease those whose lease was not extended for so long are renewed in one statement. One that failed
 * is tried again with the next tick; if none comes in time, another host takes over and this one learns it from its
 * next renewal or save.
 */
export class HeldRuns {
  private readonly moving = new Map<string, Moving>();
  private readonly everyMs: number;
  private timer: NodeJS.Timeout | undefined;
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly leases: Pick<RunLeases, 'renew' | 'terms'>,
    private readonly onError: (error: unknown) => void,
  ) {
    this.everyMs = leases.terms.leaseMs / 5;
  }

  get size(): number {
    return this.moving.size;
  }

  ids(): readonly string[] {
    return [...this.moving.keys()];
  }

  /** Holds the run until `work` has ended; its signal aborts when that is of no use any more. */
  hold({ id, token, agent }: HeldRun, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const abort = new AbortController();
    const now = performance.now();
    const ended = work(abort.signal).finally(() => this.moving.delete(id));
    this.moving.set(id, {
      id,
      token,
      agent,
      abort,
      ended,
      extendedAt: now,
      doing: 'the read of its entries',
      since: now,
    });
    this.timer ??= setInterval(() => this.renew(), this.everyMs).unref();
    return ended;
  }

  /** The run is at something else now. */
  at(id: string, doing: string): void {
    const moving = this.moving.get(id);
    if (moving === undefined) return;
    moving.doing = doing;
    moving.since = performance.now();
  }

  /** Its lease was just extended. */
  extended(id: string): void {
    const moving = this.moving.get(id);
    if (moving !== undefined) moving.extendedAt = performance.now();
  }

  /** What the run is at is of no use any more; nothing when it is not here. */
  abort(id: string, reason: Error): void {
    this.moving.get(id)?.abort.abort(reason);
  }

  abortAll(reason: Error): void {
    for (const { abort } of this.moving.values()) abort.abort(reason);
  }

  /** The one that has been at the same thing for longest; undefined when none moves. */
  longest(): LongestHeld | undefined {
    const [longest] = [...this.moving.values()].toSorted((one, other) => one.since - other.since);
    if (longest === undefined) return undefined;
    const { id, agent, doing, since } = longest;
    return { id, agent, doing, sinceMs: performance.now() - since };
  }

  async idle(): Promise<void> {
    await Promise.all([...this.moving.values()].map(({ ended }) => ended));
  }

  /** Renews no more; resolves when the renewal under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.renewing;
  }

  private renew(): void {
    if (this.moving.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    if (this.renewing !== undefined) return;
    const now = performance.now();
    const stale = [...this.moving.values()].filter(({ extendedAt }) => extendedAt <= now - this.everyMs);
    if (stale.length === 0) return;
    this.renewing = this.renewed(stale, now)
      .catch(this.onError)
      .finally(() => {
        this.renewing = undefined;
      });
  }

  private async renewed(stale: readonly Moving[], now: number): Promise<void> {
    const mine = await this.leases.renew(stale);
    for (const moving of stale) {
      if (mine.has(moving.id)) moving.extendedAt = Math.max(moving.extendedAt, now);
      else moving.abort.abort(new LeaseLostError());
    }
  }
}

/** Another host has the run, or its user has stopped it. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor() {
    super('the run is not held by this host any more');
  }
}
