import { codec, MalformedEnvelopeError, type Envelope, steadyNow } from '@isolith/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
import { WITHOUT_ANSWER } from '../requests/answers.js';
import { describe, oversized, stubOf } from '../connection/bounded-messages.js';
import { EventRun } from './event-run.js';
import type { IntakeParts } from './intake-parts.js';
import type { SettingAside } from './parking.js';
import { handleRequest, returnAddressOf } from './request-run.js';
import type { Gathering, Settling } from './settling.js';
import { settlingOn } from './settling-on.js';

/**
 * Requests that were answered wait this long for one another, and no more of them: one write to disk settles them all.
 */
const GATHER_MS = 2;
const MOST_GATHERED = 16;

/**
 * The deliveries of one channel, from arrival to settlement.
 *
 *   taking   --> leaving: `leave()`; nothing more is started, what runs goes on and is settled
 *   either   --> ended:   `end()`; the channel is gone, settling is over, the broker delivers the rest again
 */
export class Intake {
  readonly settling: Settling;
  private readonly leaving = new AbortController();

  constructor(
    channel: Channel,
    private readonly parts: IntakeParts,
    prefetch: number,
  ) {
    this.settling = settlingOn(channel, parts.address.lane === 'requests' ? gatheringOf(prefetch) : undefined);
  }

  /** Aborts when nothing more is to be started. */
  get signal(): AbortSignal {
    return this.leaving.signal;
  }

  leave(): void {
    this.leaving.abort();
  }

  end(): void {
    this.leaving.abort();
    this.settling.end();
  }

  receive(message: ConsumeMessage): void {
    this.settling.delivered(message.fields.deliveryTag);
    this.parts.slices.run(() => this.begin(message));
  }

  private begin(message: ConsumeMessage): void {
    const { deliveryTag: tag, redelivered } = message.fields;
    const { metrics, address } = this.parts;
    // The channel has ended while it waited for its turn: the broker delivers it again.
    if (!this.settling.holds(tag)) return;
    const ordered = address.lane === 'subscription' || address.lane === 'broadcast';
    if (this.leaving.signal.aborted) {
      // A request goes to another consumer at once. An event stays in hand until the channel closes: returned alone, it
      // would come straight back, and handed to the next consumer it could overtake one that still runs here.
      if (!ordered) this.handBack(tag);
      return;
    }
    metrics.delivered += 1;
    if (redelivered) metrics.redelivered += 1;
    else this.parts.tookFirst();
    let envelope: Envelope;
    try {
      const tooLarge = oversized(message);
      if (tooLarge !== undefined) throw new MalformedEnvelopeError([{ pointer: '', detail: describe(tooLarge) }]);
      envelope = codec.decode(message.content);
    } catch (error) {
      metrics.malformed += 1;
      const { parking } = this.parts;
      void this.parts.busy.during(() =>
        parking === undefined ? this.refuse(message, error) : this.park(message, parking, error),
      );
      return;
    }
    if (envelope.deadline !== undefined && envelope.deadline <= steadyNow()) metrics.expired += 1;
    if (ordered) this.parts.runs.add(new EventRun(envelope, redelivered, tag, this, this.parts));
    else void this.parts.busy.during(() => this.request(envelope, message));
  }

  handBack(tag: number): void {
    this.parts.metrics.handedBack += 1;
    this.settling.handBack(tag);
  }

  private async request(envelope: Envelope, message: ConsumeMessage): Promise<void> {
    const { deliveryTag } = message.fields;
    if ((await handleRequest(envelope, message, this.parts)) === 'done') this.settling.done(deliveryTag);
    else this.handBack(deliveryTag);
  }

  /** Acknowledged only when it is safe in the parking queue; when this consumer leaves first, it is handed back. */
  private async park(message: ConsumeMessage, parking: SettingAside, error: unknown): Promise<void> {
    this.parts.onProblem(`bytes that are no envelope were set aside in ${parking.name}`, error);
    const tooLarge = oversized(message);
    const kept = tooLarge === undefined ? message.content : stubOf(tooLarge, message.content);
    if (await parking.park(kept, this.signal)) this.settling.done(message.fields.deliveryTag);
  }

  /**
   * Kept nowhere: its caller still has it, and it may hold what must not lie about. It never waits, so that no number
   * of them takes the places of what can be read: a caller that can't be told now finds out at its deadline.
   */
  private async refuse(message: ConsumeMessage, error: unknown): Promise<void> {
    const { answerer, unreadable, untold } = this.parts;
    unreadable.note(error);
    const caller = returnAddressOf(message);
    // Another host, of another version, may have read it and died: then it is not for this one to say that it never
    // ran.
    const why = message.fields.redelivered ? WITHOUT_ANSWER.silent : WITHOUT_ANSWER.malformed;
    if (caller !== undefined)
      await answerer.without(caller, why, steadyNow()).catch((failure: unknown) => untold.note(failure));
    this.settling.done(message.fields.deliveryTag);
  }
}

/** Never so many that a listener with a small prefetch waits for what it has dealt with. */
const gatheringOf = (prefetch: number): Gathering => ({
  ms: GATHER_MS,
  most: Math.max(1, Math.min(MOST_GATHERED, Math.floor(prefetch / 8))),
});
