/** How a step that got no answer is asked again. */
export interface StepRetry {
  /**
   * How often a step before the pivot is asked in all when it answers with a failure that may pass. Without an answer,
   * and after the pivot, it is asked until it succeeds or a person has to step in.
   */
  readonly attempts: number;
  /** Milliseconds; the pause before the second attempt is a random part of it, later ones double it. */
  readonly initialDelayMs: number;
  /** Milliseconds; no pause is longer. */
  readonly maxDelayMs: number;
}

export const DEFAULT_RETRY: StepRetry = { attempts: 4, initialDelayMs: 200, maxDelayMs: 10_000 };

/**
 * Exponential backoff with full jitter, in milliseconds, after `failed` attempts (1 or more). `random` yields [0, 1).
 * Never 0: a pause is what gives the slot to somebody else.
 */
export function pauseAfter(failed: number, { initialDelayMs, maxDelayMs }: StepRetry, random: () => number): number {
  return Math.max(1, random() * Math.min(maxDelayMs, initialDelayMs * 2 ** (failed - 1)));
}
