import { createHash } from 'node:crypto';

/** How often each fault happens to an attempt to send or ask, from 0 (never) to 1 (always). */
export interface FaultRates {
  /** Handed over later, by `longestDelayMs` at most. */
  readonly delay: number;
  /** An event is held back until one of another key has overtaken it, or for `longestDelayMs`. */
  readonly reorder: number;
  /** Delivered once more: a request beside its original or after its answer, an event behind its original. */
  readonly duplicate: number;
  /** Handled; then the answer is lost, and OutcomeUnknownError is all that the caller gets. */
  readonly lostReply: number;
  /**
   * Accepted by somebody who crashes then: a request is never handled and ends with OutcomeUnknownError after
   * `silenceMs`; an event was taken, and its sender hears OutcomeUnknownError.
   */
  readonly crash: number;
  /** Fails before delivery: NotDeliveredError, and it did not run. */
  readonly undelivered: number;
}

/** The name of a fault: one of the rates. */
export type FaultKind = keyof FaultRates;

/** What happens to one attempt. `ending` is how it fails, if it does. */
export interface PlannedFaults {
  readonly attempt: number;
  readonly delayMs: number;
  readonly reorder: boolean;
  readonly duplicate: 'beside' | 'behind' | undefined;
  readonly ending: 'lostReply' | 'crash' | 'undelivered' | undefined;
}

/** Attempts are counted for the messages seen last; one that comes again after so many others begins anew. */
const MOST_COUNTED = 10_000;

/**
 * Draws faults from a seed, a message's id and the number of the attempt: what else goes on at the time changes
 * nothing.
 */
export class FaultPlan {
  private readonly attempts = new Map<string, number>();

  constructor(
    private readonly seed: number,
    private readonly rates: FaultRates,
    private readonly longestDelayMs: number,
  ) {}

  next(address: string, id: string): PlannedFaults {
    const attempt = this.count(`${address} ${id}`);
    const digest = createHash('sha256')
      .update(JSON.stringify([this.seed, address, id, attempt]))
      .digest();
    const draw = (nth: number): number => digest.readUInt32BE(4 * nth) / 2 ** 32;
    const { delay, reorder, duplicate } = this.rates;
    return {
      attempt,
      delayMs: draw(0) < delay ? Math.ceil(draw(1) * this.longestDelayMs) : 0,
      reorder: draw(2) < reorder,
      duplicate: draw(3) < duplicate ? (draw(4) < 0.5 ? 'beside' : 'behind') : undefined,
      ending: this.ending(draw(5)),
    };
  }

  private ending(drawn: number): PlannedFaults['ending'] {
    let below = 0;
    return (['lostReply', 'crash', 'undelivered'] as const).find((kind) => drawn < (below += this.rates[kind]));
  }

  private count(key: string): number {
    const attempt = (this.attempts.get(key) ?? 0) + 1;
    // Deleted first, so that the oldest of all is the first in the map.
    this.attempts.delete(key);
    this.attempts.set(key, attempt);
    const [oldest] = this.attempts.keys();
    if (this.attempts.size > MOST_COUNTED && oldest !== undefined) this.attempts.delete(oldest);
    return attempt;
  }
}
