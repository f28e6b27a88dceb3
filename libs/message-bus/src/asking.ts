import { setTimeout as pause } from 'node:timers/promises';
import { IsolithError, NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Asks until there is an answer that asking again would not change, or the signal aborts. Every attempt carries the same
 * message id, so the receiver runs it once.
 *
 * What is thrown at the end tells the truth about all attempts: if any of them may have run, it is OutcomeUnknownError,
 * even when the last one was certainly not delivered.
 */
export async function askUntil<T>(signal: AbortSignal, ask: () => Promise<T>, random: () => number = Math.random): Promise<T> {
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
      if (ended) throw error instanceof NotDeliveredError && unknown !== undefined ? unknown : error;
    }
  }
}
