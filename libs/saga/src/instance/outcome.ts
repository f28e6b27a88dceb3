import { Failure, IsolithError, RevokedError, UnlistedFailure } from '@isolith/contracts';

/** How one attempt to send a command ended, as a saga sees it. */
export type StepOutcome =
  | { readonly kind: 'done'; readonly state: unknown }
  /** A final answer: it did not happen, and this command id will never be answered otherwise. */
  | { readonly kind: 'refused'; readonly type: string; readonly detail: string; readonly failure: string }
  /**
   * No final answer: it may or may not have happened, and asking with the same id may bring one. `passing`: it is an
   * outage, not a defect; it ends without anybody touching the saga. `declared`: a failure of the contract that may
   * pass said so, which is an answer of the business; anything else is not, and decides nothing.
   */
  | {
      readonly kind: 'open';
      readonly type: string;
      readonly detail: string;
      readonly passing: boolean;
      readonly declared: boolean;
    };

/** The outcome of an error. `answered`: it came as the answer to the command, not from the saga's own code. */
export function outcomeOfError(error: unknown, answered: boolean): Exclude<StepOutcome, { kind: 'done' }> {
  const outcome = classified(error, answered);
  return { ...outcome, type: storable(outcome.type), detail: storable(outcome.detail) };
}

/**
 * Without what jsonb refuses, NUL and halves of characters: a saga whose trouble can't be saved would never move again.
 */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

function classified(error: unknown, answered: boolean): Exclude<StepOutcome, { kind: 'done' }> {
  if (error instanceof Failure) {
    const { name, label, retryable } = error.contract;
    // A failure that may pass is not stored as the command's outcome: the same id can be asked again.
    return answered && !retryable
      ? { kind: 'refused', type: label, detail: error.message, failure: name }
      : { kind: 'open', type: label, detail: error.message, passing: retryable, declared: answered };
  }
  if (error instanceof UnlistedFailure) {
    const type = error.code.slice(error.code.indexOf('.') + 1);
    return answered && !error.retryable
      ? { kind: 'refused', type, detail: error.message, failure: error.code }
      : { kind: 'open', type, detail: error.message, passing: error.retryable, declared: answered };
  }
  if (error instanceof RevokedError && answered)
    return { kind: 'refused', type: error.code, detail: error.message, failure: error.code };
  // Forbidden, not believed, malformed, not known there, a handler that broke: what hosts do to one another is no
  // answer.
  if (error instanceof IsolithError)
    return { kind: 'open', type: error.code, detail: error.message, passing: error.retryable, declared: false };
  // Its message may hold anything, also what must not be kept; the log has it.
  return {
    kind: 'open',
    type: 'saga-error',
    detail: 'the code of the saga itself failed',
    passing: false,
    declared: false,
  };
}
