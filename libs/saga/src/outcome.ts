import { Failure, HandlerError, IsolithError, RevokedError, UnlistedFailure } from '@isolith/contracts';

/** How one attempt to send a command ended, as a saga sees it. */
export type Outcome =
  | { readonly kind: 'done'; readonly state: unknown }
  /** A final answer: it did not happen, and this command id will never be answered otherwise. */
  | { readonly kind: 'refused'; readonly type: string; readonly detail: string; readonly failure: string }
  /**
   * No final answer: it may or may not have happened. `again`: asking with the same id may bring one. `passing`: it is
   * an outage, not a defect; it ends without anybody touching the saga.
   */
  | {
      readonly kind: 'open';
      readonly type: string;
      readonly detail: string;
      readonly again: boolean;
      readonly passing: boolean;
    };

/** The outcome of an error. `answered`: it came as the answer to the command, not from the saga's own code. */
export function outcomeOfError(error: unknown, answered: boolean): Exclude<Outcome, { kind: 'done' }> {
  const outcome = classified(error, answered);
  return { ...outcome, type: storable(outcome.type), detail: storable(outcome.detail) };
}

/** Without what jsonb refuses, NUL and halves of characters: a saga whose trouble can't be saved would never move again. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

function classified(error: unknown, answered: boolean): Exclude<Outcome, { kind: 'done' }> {
  if (error instanceof Failure) {
    const { name, label, retryable } = error.contract;
    // A failure that may pass is not stored as the command's outcome: the same id can be asked again.
    return answered && !retryable
      ? { kind: 'refused', type: label, detail: error.message, failure: name }
      : { kind: 'open', type: label, detail: error.message, again: true, passing: retryable };
  }
  if (error instanceof UnlistedFailure) {
    const type = error.code.slice(error.code.indexOf('.') + 1);
    return answered && !error.retryable
      ? { kind: 'refused', type, detail: error.message, failure: error.code }
      : { kind: 'open', type, detail: error.message, again: true, passing: error.retryable };
  }
  if (error instanceof RevokedError && answered)
    return { kind: 'refused', type: error.code, detail: error.message, failure: error.code };
  if (error instanceof IsolithError) {
    // The rest says that the command, as it is, will be turned away every time: forbidden, unknown, malformed.
    const again = error.retryable || error instanceof HandlerError || !answered;
    return { kind: 'open', type: error.code, detail: error.message, again, passing: error.retryable };
  }
  // Its message may hold anything, also what must not be kept; the log has it.
  return {
    kind: 'open',
    type: 'saga-error',
    detail: 'the code of the saga itself failed',
    again: true,
    passing: false,
  };
}
