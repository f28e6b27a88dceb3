import { codec, NotDeliveredError, type Envelope } from '@isolith/contracts';
import { pause } from './backoff.js';
import type { PlainPublisher } from './plain-publisher.js';
import { contentOf } from './requester.js';

/** For an answer whose question has no deadline. */
const LONGEST_WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 100;

export interface ReturnAddress {
  readonly replyTo: string;
  readonly correlationId: string;
}

/** Sends answers, on the connection for sending: one that only consumes is never blocked by a broker that is short of memory. */
export class Answerer {
  constructor(
    private readonly publisher: PlainPublisher,
    private readonly signal: AbortSignal,
  ) {}

  async answer(to: ReturnAddress, answer: Envelope, deadline: number | undefined): Promise<void> {
    await this.ready(deadline);
    this.publisher.publish(to.replyTo, contentOf(answer), {
      correlationId: to.correlationId,
      contentType: codec.contentType,
    });
  }

  /** Tells the caller that there will be no answer. */
  async without(to: ReturnAddress, why: string, deadline: number | undefined): Promise<void> {
    await this.ready(deadline);
    this.publisher.publish(to.replyTo, Buffer.alloc(0), { correlationId: to.correlationId, type: why });
  }

  /** While the connection is away a caller may still wait: its own connection need not be. After its deadline nobody does. */
  private async ready(deadline: number | undefined): Promise<void> {
    if (this.publisher.ready) return;
    const endsAt = deadline ?? Date.now() + LONGEST_WAIT_MS;
    while (!this.publisher.ready) {
      if (this.signal.aborted || Date.now() >= endsAt)
        throw new NotDeliveredError('the answer could not be sent while somebody waited for it');
      await pause(LOOK_AGAIN_MS, this.signal);
    }
  }
}
