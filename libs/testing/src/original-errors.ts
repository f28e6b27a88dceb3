import { HandlerError } from '@isolith/contracts';
import type { ErrorSink } from '@isolith/message-bus';

/**
 * What handlers threw while a message was answered, by its correlation. Nothing of it crosses to a caller, in a test
 * neither; but the test stands in the process where it happened, and may look.
 */
export class OriginalErrors {
  /** The last of each correlation that somebody waits for. */
  readonly #last = new Map<string, unknown>();

  readonly note: ErrorSink = (_message, error, { correlationid }) => {
    // An error that one handler was told of another is not what went wrong.
    if (this.#last.has(correlationid) && !(error instanceof HandlerError)) this.#last.set(correlationid, error);
  };

  /** Runs what sends a message; a HandlerError that it ends with gets the original as its `cause`. */
  async during<T>(correlationId: string, work: () => Promise<T>): Promise<T> {
    this.#last.set(correlationId, undefined);
    try {
      return await work();
    } catch (error) {
      const original = this.#last.get(correlationId);
      if (error instanceof HandlerError && error.cause === undefined && original !== undefined) error.cause = original;
      throw error;
    } finally {
      this.#last.delete(correlationId);
    }
  }
}
