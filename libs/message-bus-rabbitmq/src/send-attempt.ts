import { OutcomeUnknownError } from '@isolith/contracts';

/**
 * The outcome of one batch: taken when every message was. When none was and none may have been, the first error says
 * why; in every other case the outcome is unknown, because a part of it is on its way.
 */
export class SendAttempt {
  private pending: number;
  private wasTaken = 0;
  private firstError: Error | undefined;
  private ended = false;

  constructor(
    private readonly size: number,
    private readonly end: (error: Error | undefined) => void,
  ) {
    this.pending = size;
  }

  taken(): void {
    this.wasTaken += 1;
    this.settle();
  }

  failed(error: Error): void {
    if (this.firstError === undefined || error instanceof OutcomeUnknownError) this.firstError = error;
    this.settle();
  }

  /** Ends the wait for those that have no outcome yet. */
  giveUp(error: Error | undefined): void {
    if (this.ended) return;
    this.ended = true;
    this.end(error);
  }

  private settle(): void {
    this.pending -= 1;
    if (this.pending > 0) return;
    const cause = this.firstError;
    const partly = cause !== undefined && this.wasTaken > 0 && !(cause instanceof OutcomeUnknownError);
    this.giveUp(
      partly
        ? new OutcomeUnknownError(`${this.wasTaken} of ${this.size} messages were taken, then: ${cause.message}`, {
            cause,
          })
        : cause,
    );
  }
}
