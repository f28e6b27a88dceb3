import { setTimeout as pause } from 'node:timers/promises';
import {
  ConcurrencyError,
  ContractViolationError,
  Failure,
  HandlerError,
  IsolithError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  UnauthenticatedError,
  UnknownMessageError,
  UnlistedFailure,
} from '@isolith/contracts';
import { NobodyHereError } from '../transport/nobody-here.js';

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;

export interface AskOptions {
  /** Yields [0, 1). */
  readonly random?: () => number;
}

/**
 * What says of its own attempt that it had no effect, and nothing of the attempts before it: they may have met another
 * host, of another version, with another key, or still run. A handler that broke off is one of them, and a failure that
 * is not kept:
 * neither is stored as the end of the message. ForbiddenError is not: the same sender was refused before, too.
 */
const WITHOUT_EFFECT = [
  NotDeliveredError,
  OverloadedError,
  ConcurrencyError,
  UnknownMessageError,
  UnauthenticatedError,
  ContractViolationError,
  HandlerError,
];

/** Whether it says of its attempt that nothing came of it. */
export function hadNoEffect(error: unknown): boolean {
  if (error instanceof Failure) return !error.contract.kept;
  if (error instanceof UnlistedFailure) return error.retryable;
  return WITHOUT_EFFECT.some((known) => error instanceof known);
}

/** Whether asking again may end otherwise. */
export const mayPass = (error: unknown): boolean =>
  error instanceof IsolithError && error.retryable && !error.lasting && !(error instanceof NobodyHereError);

/**
 * Asks until there is an answer that asking again would not change, or the signal aborts. Every attempt carries the
 * same message id, so the receiver runs it once.
 *
 * What is thrown at the end tells the truth about all attempts: if any of them may have run, it is OutcomeUnknownError,
 * even when the last one was certainly not delivered, failed in a way that nobody stores, or was refused by a host that
 * knows nothing of the one before.
 */
export async function askUntil<T>(signal: AbortSignal, ask: () => Promise<T>, options: AskOptions = {}): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    return askAgain(signal, ask, error, options);
  }
}

/** `askUntil` for whoever has asked once already and got this error. */
export async function askAgain<T>(
  signal: AbortSignal,
  ask: () => Promise<T>,
  first: unknown,
  { random = Math.random }: AskOptions = {},
): Promise<T> {
  let unknown: OutcomeUnknownError | undefined;
  let error = first;
  for (let attempt = 0; ; attempt += 1) {
    if (error instanceof OutcomeUnknownError) unknown = error;
    // Full jitter: hosts that lost the same broker must not come back in step.
    const pauseMs = Math.ceil(random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10)));
    const again = mayPass(error) && !signal.aborted && (await pause(pauseMs, true, { signal }).catch(() => false));
    if (!again) throw unknown !== undefined && hadNoEffect(error) ? unknown : error;
    try {
      return await ask();
    } catch (next) {
      error = next;
    }
  }
}
