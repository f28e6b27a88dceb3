import { setTimeout as pause } from 'node:timers/promises';
import { ConcurrencyError, IsolithError, NotDeliveredError, OutcomeUnknownError, OverloadedError } from '@isolith/contracts';

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;

export interface AskOptions {
  /** Yields [0, 1). */
  readonly random?: () => number;
}

const didNotRun = (error: unknown): boolean =>
  error instanceof NotDeliveredError || error instanceof OverloadedError || error instanceof ConcurrencyError;

/**
 * Asks until there is an answer that asking again would not change, or the signal aborts. Every attempt carries the same
 * message id, so the receiver runs it once.
 *
 * What is thrown at the end tells the truth about all attempts: if any of them may have run, it is OutcomeUnknownError,
 * even when the last one was certainly not delivered.
 */
export async function askUntil<T>(signal: AbortSignal, ask: () => Promise<T>, { random = Math.random }: AskOptions = {}): Promise<T> {
  let unknown: OutcomeUnknownError | undefined;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof IsolithError) || !error.retryable) throw error;
      if (error instanceof OutcomeUnknownError) unknown = error;
      // Full jitter: hosts that lost the same broker must not come back in step.
      const pauseMs = Math.ceil(random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10)));
      const ended = signal.aborted || (await pause(pauseMs, false, { signal }).catch(() => true));
      if (ended) throw didNotRun(error) && unknown !== undefined ? unknown : error;
    }
  }
}
