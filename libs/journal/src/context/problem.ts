import { ConcurrencyError, Failure, IsolithError, tellable } from '@isolith/contracts';
import { FinalRefusalError } from '@isolith/message-bus';

/** Why a message is parked, or was not replayed. */
export interface ParkedProblem {
  /** A failure's name, an error's code, or the class of what was thrown. */
  readonly type: string;
  /** One line, cut at 500 characters. */
  readonly detail: string;
}

const LONGEST_TYPE = 200;
const LONGEST_DETAIL = 500;

/**
 * Of anything but an Isolith error the first line of its message is kept: what a handler says there, an operator reads.
 */
export function problemOf(thrown: unknown): ParkedProblem {
  const error = tellable(thrown);
  const type = error instanceof IsolithError || error instanceof FinalRefusalError ? error.code : error.name;
  return { type: oneLine(type).slice(0, LONGEST_TYPE), detail: oneLine(error.message) };
}

/** Zero characters, which no column can hold, are left out. */
export const oneLine = (text: string): string =>
  (text.split('\n', 1)[0] ?? '').replaceAll('\0', '').slice(0, LONGEST_DETAIL);

/**
 * Whether the same event may simply succeed later: something is away, or full. No attempt counts. Says so: a failure
 * whose contract is retryable, and every error with `retryable: true`, as Isolith's own have. Not a ConcurrencyError:
 * the handler has been run again for it at once, ten times, so it is more likely a version that it expects and that
 * never was.
 */
export function isOutage(thrown: unknown): boolean {
  if (thrown instanceof ConcurrencyError) return false;
  if (thrown instanceof Failure) return thrown.contract.retryable;
  return thrown instanceof Error && 'retryable' in thrown && thrown.retryable === true;
}
