import { Failure, IsolithError, RevokedError, UnlistedFailure } from '@isolith/contracts';
import type { Answer } from './trace.js';

/** What an attempt that did not succeed means to a saga, by the rules of the README; not by the code that is tried. */
export function answerOf(error: unknown): Answer {
  if (error instanceof RevokedError) return { kind: 'refused', type: error.code, failure: error.code };
  if (error instanceof Failure) return failureOf(error.contract);
  if (error instanceof UnlistedFailure)
    return failureOf({ name: error.code, label: error.code.replace(/^[^.]*\./, ''), retryable: error.retryable });
  if (error instanceof IsolithError)
    return { kind: 'open', type: error.code, passing: error.retryable, declared: false };
  return { kind: 'open', type: 'unknown', passing: false, declared: false };
}

const failureOf = ({ name, label, retryable }: { name: string; label: string; retryable: boolean }): Answer =>
  retryable
    ? { kind: 'open', type: label, passing: true, declared: true }
    : { kind: 'refused', type: label, failure: name };
