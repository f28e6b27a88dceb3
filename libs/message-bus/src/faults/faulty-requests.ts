import { NotDeliveredError, type Envelope } from '@isolith/contracts';
import { addressName, type Address } from '../transport/transport.js';
import type { Injection } from './injection.js';

/** Requests that meet faults on their way, or their answers on the way back. */
export class FaultyRequests {
  constructor(private readonly injection: Injection) {}

  /**
   *   asked --> undelivered                                    NotDeliveredError, nobody got it
   *     |'----> delayed --the caller gives up--> not handed over   NotDeliveredError
   *     |'----> taken by somebody who crashes --silence-->      OutcomeUnknownError, nobody ran it
   *     '-----> handled --> answered, or the answer is lost     OutcomeUnknownError
   */
  async request(envelope: Envelope, to: Address, signal: AbortSignal): Promise<Envelope> {
    const { injection } = this;
    const leave = injection.room.enter(addressName(to), 1);
    try {
      if (signal.aborted) throw new NotDeliveredError(`given up before it was handed to ${addressName(to)}`);
      const planned = injection.next(envelope, to);
      const { delayMs, duplicate, ending } = planned;
      if (delayMs > 0) {
        injection.happened('delay', envelope, to, planned);
        if (!(await injection.waits.pause(delayMs, signal)))
          throw new NotDeliveredError(`given up before it was handed to ${addressName(to)}`);
      }
      if (ending === 'undelivered') {
        injection.happened('undelivered', envelope, to, planned);
        throw injection.undelivered(envelope, to);
      }
      if (ending === 'crash') {
        injection.happened('crash', envelope, to, planned);
        await injection.waits.pause(injection.silenceMs, signal);
        throw injection.unknown('crashed with a request in hand:', envelope, to);
      }
      const answering = injection.inner.request(envelope, to, signal);
      if (duplicate !== undefined) injection.happened('duplicate', envelope, to, planned);
      if (duplicate === 'beside') void this.repeat(envelope, to);
      const answer = await answering;
      if (duplicate === 'behind') void this.repeat(envelope, to, delayMs);
      if (ending !== 'lostReply') return answer;
      injection.happened('lostReply', envelope, to, planned);
      throw injection.unknown('lost the answer of', envelope, to);
    } finally {
      leave();
    }
  }

  /** Nobody asked for it, so nobody is told how it ends. */
  private async repeat(envelope: Envelope, to: Address, delayMs = 0): Promise<void> {
    const { inner, waits, closing } = this.injection;
    if (delayMs > 0 && !(await waits.pause(delayMs, undefined))) return;
    await inner.request({ ...envelope }, to, closing.signal).catch(() => undefined);
  }
}
