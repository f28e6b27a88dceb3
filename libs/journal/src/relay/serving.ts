import { runAs, type SubscriptionAddress } from '@isolith/message-bus';
import type { ContextJournal } from '../context/context-journal.js';
import { backoffMs } from './backoff.js';
import type { JournalReader, RecordedEvent } from './journal-reader.js';
import { Outage } from './outage.js';
import { Pauses } from './pauses.js';
import type { Deliver, Report, Subscriber } from '../subscriptions/subscriber.js';
import { ServingWaits } from './serving-waits.js';
import { WakeUp } from './wake-up.js';
import { Window, type KeyQueue, type SkippedRange } from './window.js';

export interface ServingParts {
  readonly journal: ContextJournal;
  readonly subscriber: Subscriber;
  readonly reader: JournalReader;
  readonly deliver: Deliver;
  readonly report: Report;
  /** How often the journal is looked at when nobody rings, in milliseconds. */
  readonly pollMs: number;
  /**
   * Who takes an event has it in hand in this process until it is handled. Default: somebody else takes responsibility
   * for it.
   */
  readonly takersAreHere?: boolean;
  /** Called after an event is finished: the watermark may have moved. */
  readonly onFinished: () => void;
}

/** Events that one read brings. */
const BATCH = 256;
/** Not more than one line about failing deliveries in this time. */
const QUIET_MS = 5_000;

/**
 * One host's term of serving one subscription, from the position where the term before it ended.
 *
 * Reading, one loop:
 *
 *   reading --events--> admitting, one by one, as the window has room --> reading
 *      |                    '--everything fails (Outage)--> admits one now and then, until something succeeds
 *      |--nothing new--> idle, until a commit rings, here or at another host, or a poll is due
 *      '--the database is away--> pausing (backoff) --> reading
 *
 * Each key with unfinished events, one loop each, so keys go side by side and one waits for no other:
 *
 *   delivering the first --taken--> finished --> the next of this key, held or read again; none: the loop ends
 *      '--rejected--> pausing (100 ms .. 10 s, full jitter) --> delivering the same one again
 *
 * The term ends by `finish` (the host drains: what is being delivered may end, what pauses does not start again) or by
 * `abandon` (the lease is lost: nothing counts any more). Neither hands anything back: what is unfinished lies above
 * the watermark, and whoever leads next begins there.
 *
 * A host that lost its lease without noticing (it was stopped, or cut off from the database) may go on for a while,
 * beside its successor. What it then delivers is a second delivery, which the consumer's inbox recognises. Order of a
 * key holds:
 * both deliver its events one after the other, and each began where everything before had been taken already. So
 * whichever of them is first to deliver an event, the one before it was taken by then; the first deliveries are in
 * order, and only they have effects.
 */
export class Serving {
  readonly window: Window;
  readonly waits: ServingWaits;
  /** Deliveries that have failed since the last one that did not. */
  failures = 0;
  private readonly address: SubscriptionAddress;
  private readonly outage = new Outage();
  private readonly pauses = new Pauses();
  private readonly news = new WakeUp();
  private readonly room = new WakeUp();
  private readonly abandoning = new AbortController();
  private readonly lanes = new Set<Promise<void>>();
  private reading: Promise<void> = Promise.resolve();
  private ended = false;
  private quietUntil = 0;

  constructor(
    private readonly parts: ServingParts,
    from: number,
  ) {
    const { context, subscription } = parts.subscriber;
    this.address = { lane: 'subscription', context, subscription };
    this.window = new Window(from);
    this.waits = new ServingWaits(parts.takersAreHere === true);
  }

  /** Its loops are long-lived asynchronous functions, started here: they inherit nothing of the code that rings. */
  start(): void {
    this.reading = runAs(this.parts.journal.context, () => this.read());
  }

  /** There may be something new. */
  ring(): void {
    this.news.ring();
  }

  /** Takes nothing new, and waits for what is being delivered until the signal aborts. */
  async finish(signal: AbortSignal): Promise<void> {
    this.end();
    const { promise: outOfTime, resolve } = Promise.withResolvers<void>();
    const onAbort = (): void => resolve();
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', onAbort, { once: true });
    await Promise.race([Promise.all([this.reading, ...this.lanes]), outOfTime]);
    signal.removeEventListener('abort', onAbort);
    this.abandoning.abort();
  }

  /** Ends at once, whatever is being delivered. */
  abandon(): void {
    this.end();
    this.abandoning.abort();
  }

  private end(): void {
    this.ended = true;
    this.news.ring();
    this.room.ring();
    this.pauses.wakeAll();
  }

  private async read(): Promise<void> {
    const { reader, subscriber, pollMs } = this.parts;
    let failures = 0;
    while (!this.ended) {
      try {
        this.waits.reads();
        const batch = await reader.readAfter(this.window.seenUpTo, subscriber.types, BATCH);
        this.waits.hasRead(batch);
        failures = 0;
        const { events, upTo, more } = batch;
        await this.admit(events, upTo);
        if (!more && !this.ended) await this.news.wait(pollMs);
      } catch (error) {
        if (this.ended) return;
        failures += 1;
        this.waits.readFailed(error);
        this.tell(
          `the journal could not be read behind position ${this.window.seenUpTo}, ${failures} times in a row`,
          error,
        );
        await this.pauses.pause(backoffMs(failures));
      }
    }
  }

  private async admit(events: readonly RecordedEvent[], upTo: number): Promise<void> {
    for (const event of events) {
      while (!this.ended && (!this.window.hasRoom || this.outage.heldMs > 0))
        await this.room.wait(this.outage.heldMs || this.parts.pollMs);
      if (this.ended) return;
      const lane = this.window.admit(event.envelope.subject ?? '', event);
      if (lane === undefined) continue;
      this.outage.tries();
      const serving = this.serve(lane);
      this.lanes.add(serving);
      void serving.finally(() => this.lanes.delete(serving));
    }
    if (!this.ended) this.window.pass(upTo);
  }

  /** Never rejects. */
  private async serve(lane: KeyQueue): Promise<void> {
    while (!this.ended) {
      const next = this.window.first(lane);
      if (next !== undefined) {
        if (!(await this.delivered(lane, next))) return;
        this.window.finish(lane);
        this.parts.onFinished();
      } else {
        const skipped = this.window.skippedOf(lane);
        if (skipped === undefined) {
          // In the same turn as the look that found nothing: an event that the reader admitted in between would go with
          // the row.
          this.window.close(lane);
          this.room.ring();
          return;
        }
        await this.refill(lane, skipped);
      }
      this.room.ring();
    }
  }

  /** False when the term ended before the event was taken. */
  private async delivered(lane: KeyQueue, { envelope }: RecordedEvent): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      this.waits.delivers(lane);
      try {
        await this.parts.deliver(envelope, this.address, this.abandoning.signal);
        this.waits.taken(lane);
        this.failures = 0;
        if (this.outage.success()) {
          this.tell('events are taken again');
          this.pauses.wakeAll();
          this.room.ring();
        }
        return true;
      } catch (error) {
        if (this.ended) return false;
        this.failures += 1;
        this.waits.rejected(lane, error);
        if (this.outage.failure(lane.key))
          this.tell('no event is taken any more; from now on they are tried one by one', error);
        const pauseMs = backoffMs(attempt);
        this.tellSometimes(
          () =>
            `${envelope.type} ${envelope.id} was not taken, attempt ${attempt}; again in ${Math.round(pauseMs)} ms (${this.window.unfinished} events unfinished)`,
          error,
        );
        await this.pauses.pause(pauseMs);
        if (this.ended) return false;
      }
    }
  }

  /** Reads events of this key that were skipped. */
  private async refill(lane: KeyQueue, range: SkippedRange): Promise<void> {
    for (let attempt = 1; !this.ended; attempt += 1) {
      try {
        const { events, upTo } = await this.parts.reader.readKey(
          { key: lane.key, ...range },
          this.parts.subscriber.types,
          range.limit,
        );
        this.window.refill(lane, events, upTo);
        return;
      } catch (error) {
        this.tellSometimes(() => `the journal could not be read again behind position ${range.after}`, error);
        await this.pauses.pause(backoffMs(attempt));
      }
    }
  }

  private tellSometimes(message: () => string, error: unknown): void {
    const now = performance.now();
    if (now < this.quietUntil) return;
    this.quietUntil = now + QUIET_MS;
    this.tell(message(), error);
  }

  private tell(message: string, error?: unknown): void {
    const { journal, subscriber } = this.parts;
    this.parts.report(
      `${subscriber.context}.${subscriber.subscription} from the journal of ${journal.context}: ${message}`,
      error,
    );
  }
}
