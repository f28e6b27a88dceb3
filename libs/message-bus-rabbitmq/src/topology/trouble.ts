import { QueueMismatchError } from './declare.js';
import { isLocked, isNotFound, refusedAccess } from './objection.js';

/** The broker did not answer while others waited for their turn. */
export class UnansweredError extends Error {}

/**
 * Why a queue or an exchange can't be used, in a clause that anybody may read; what the broker said is in the log.
 * Undefined when the broker has said nothing: the connection was lost, and that is no trouble of the queue's.
 */
export function troubleOf(error: unknown): string | undefined {
  if (error instanceof QueueMismatchError)
    return `it has another ${error.argument} than this version declares: empty it and delete it, or run the version that declared it`;
  if (refusedAccess(error) !== undefined) return "the broker's account may not use it";
  if (isLocked(error)) return 'a connection of somebody else has it for itself';
  if (isNotFound(error)) return 'it is not there';
  const isSaid = error instanceof Error && 'code' in error && typeof error.code === 'number';
  return isSaid || error instanceof UnansweredError
    ? "the broker can't serve it: its leader may have been lost, or most of its nodes"
    : undefined;
}
