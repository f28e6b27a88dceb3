import { codec, NotDeliveredError, type Envelope, type Outcome, steadyNow } from '@isolith/contracts';
import { pause } from '../connection/backoff.js';
import { LARGEST_MESSAGE } from '../connection/bounded-messages.js';
import type { PlainPublisher } from '../publishing/plain-publisher.js';
import { contentOf } from '../publishing/content.js';

/** An answer that its caller would drop unread is told as the error that it is. */
function sendable(answer: Envelope): Buffer {
  const content = contentOf(answer);
  if (content.byteLength <= LARGEST_MESSAGE) return content;
  const detail = `the answer to ${answer.type} has ${content.byteLength} bytes, ${LARGEST_MESSAGE} at most`;
  return contentOf({ ...answer, data: { outcome: 'error', code: 'handler-error', detail } satisfies Outcome });
}

/** For an answer whose question has no deadline. */
const LONGEST_WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 100;

export interface ReturnAddress {
  readonly replyTo: string;
  readonly correlationId: string;
}

/**
 * Sends answers, on the connection for sending: one that only consumes is never blocked by a broker that is short of
 * memory.
 */
export class Answerer {
  constructor(
    private readonly publisher: PlainPublisher,
    private readonly signal: AbortSignal,
  ) {}

  async answer(to: ReturnAddress, answer: Envelope, deadline: number | undefined): Promise<void> {
    await this.ready(deadline);
    this.publisher.publish(to.replyTo, sendable(answer), {
      correlationId: to.correlationId,
      contentType: codec.contentType,
    });
  }

  /** Tells the caller that there will be no answer. */
  async without(to: ReturnAddress, why: string, deadline: number | undefined, reason = ''): Promise<void> {
    await this.ready(deadline);
    this.publisher.publish(to.replyTo, Buffer.from(reason), { correlationId: to.correlationId, type: why });
  }

  /**
   * While the connection is away a caller may still wait: its own connection need not be. After its deadline nobody
   * does.
   */
  private async ready(deadline: number | undefined): Promise<void> {
    if (this.publisher.ready) return;
    const endsAt = deadline ?? steadyNow() + LONGEST_WAIT_MS;
    while (!this.publisher.ready) {
      if (this.signal.aborted || steadyNow() >= endsAt)
        throw new NotDeliveredError('the answer could not be sent while somebody waited for it');
      await pause(LOOK_AGAIN_MS, this.signal);
    }
  }
}
