import type { Envelope } from '@isolith/contracts';
import { HandedBackError } from '@isolith/message-bus';
import { exponential, pause, RETRY } from '../connection/backoff.js';
import type { IntakeParts } from './intake-parts.js';
import type { KeyedRun } from './keyed-runs.js';
import type { Settling } from './settling.js';

/** The channel that brought it. */
export interface Origin {
  /** Aborts when nothing more is to be started. */
  readonly signal: AbortSignal;
  readonly settling: Settling;
}

/**
 * One event.
 *
 *   waiting  --> running:  its turn among those of its subject
 *   running  --> settled:  the listener is done
 *   running  --> resting:  the listener rejected; its subject waits with it, others go on
 *   resting  --> running:  after a backoff
 *   running  --> resting:  it can't be served here; the consumer may leave its place to another, which gets it then
 *   waiting, resting --> left: the consumer leaves or its channel is gone; the broker delivers it again, in order
 *
 * It is never requeued by itself: the broker would deliver later ones of its subject before it.
 */
export class EventRun implements KeyedRun {
  readonly key: string | undefined;

  constructor(
    private readonly envelope: Envelope,
    private readonly redelivered: boolean,
    private readonly tag: number,
    private readonly intake: Origin,
    private readonly parts: IntakeParts,
  ) {
    this.key = envelope.subject;
  }

  abandoned(): boolean {
    return this.intake.signal.aborted;
  }

  async perform(): Promise<void> {
    for (let attempt = 0; !this.abandoned(); attempt += 1) {
      await this.parts.busy.during(() => this.attempt(attempt));
      if (this.handled) return;
      await pause(exponential(attempt, RETRY), this.intake.signal);
    }
  }

  private handled = false;

  private async attempt(attempt: number): Promise<void> {
    const { envelope, parts } = this;
    try {
      await parts.on({
        envelope,
        redelivered: this.redelivered || attempt > 0,
        reply: () => Promise.reject(new Error(`${envelope.type} is an event; it has no answer`)),
      });
      this.handled = true;
      parts.resignation.served();
      // Within `busy`: a consumer that leaves waits for it, and acknowledges before it goes.
      this.intake.settling.done(this.tag);
    } catch (error) {
      // Noted where it was decided; whoever the broker gives it to next may know more.
      if (error instanceof HandedBackError) return parts.resignation.unserved();
      parts.metrics.rejected += 1;
      parts.onProblem(`${envelope.type} ${envelope.id} was rejected, attempt ${attempt + 1}`, error);
    }
  }
}
