import type { Envelope } from '@isolith/contracts';
import { runAs, type SubscriptionAddress } from '@isolith/message-bus';
import type { ContextJournal } from '../context-journal.js';
import { Checkpoint } from './checkpoints.js';
import type { JournalReader } from './journal-reader.js';
import { WakeUp } from './wake-up.js';

/** Hands events over; resolves when whoever took them is responsible for them. */
export type Deliver = (events: readonly Envelope[], to: SubscriptionAddress, signal: AbortSignal) => Promise<void>;

/** Who is served from a journal. */
export interface Subscriber {
  readonly context: string;
  readonly subscription: string;
  /** The event types of this journal that it takes. */
  readonly types: readonly string[];
  readonly from: 'beginning' | 'now';
}

export interface RelayStatus {
  /** Whose journal it is. */
  readonly producer: string;
  readonly context: string;
  readonly subscription: string;
  /** Everything up to here has been handed over. */
  readonly position: number;
  /** The last position of the journal. */
  readonly end: number;
  readonly lag: number;
  /** Attempts that have failed since the last one that did not. */
  readonly failures: number;
}

export interface RelayParts {
  readonly journal: ContextJournal;
  readonly subscriber: Subscriber;
  readonly reader: JournalReader;
  readonly deliver: Deliver;
  readonly report: (message: string, error: unknown) => void;
  /** How often the journal is looked at when nobody wakes the relay, in milliseconds; default 1,000. */
  readonly pollMs?: number;
}

const BATCH = 256;
/** Positions without an event for this subscriber that are passed over before that is stored. */
const PASSED_OVER = 1_000;
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Serves one subscription from one journal, at least once and in order.
 *
 *   reading --events--> delivering --all taken--> checkpoint stored --> reading
 *      |                    '-- any failed --> pausing (100 ms .. 10 s) --> reading, one event at a time
 *      '--nothing new--> idle, until a commit in this process, a poll, or the stop
 *
 * A failed batch is read again from the checkpoint; what was taken of it before is recognised by the consumer's inbox.
 * The loop is one long-lived asynchronous function, so nothing of the code that woke it is inherited.
 */
export class SubscriptionRelay {
  private readonly checkpoint: Checkpoint;
  private readonly address: SubscriptionAddress;
  private readonly wakeUp = new WakeUp();
  /** Aborts what is being delivered; a mere stop lets it finish. */
  private readonly abandoning = new AbortController();
  private position = 0;
  private stored = 0;
  private failures = 0;
  /** Up to here events go one by one: a batch that reached this far has failed. */
  private carefulUntil = 0;
  private stopping = false;
  private loop: Promise<void> = Promise.resolve();
  private forget: () => void = () => undefined;

  constructor(private readonly parts: RelayParts) {
    const { context, subscription } = parts.subscriber;
    this.checkpoint = new Checkpoint(parts.journal, context, subscription);
    this.address = { lane: 'subscription', context, subscription };
  }

  /** Resolves when it is settled where the subscription begins; serves it from then on. */
  async start(): Promise<void> {
    const { journal, subscriber, reader } = this.parts;
    this.position = await this.checkpoint.load(async () => (subscriber.from === 'now' ? reader.end() : 0));
    this.stored = this.position;
    this.forget = journal.signal.onCommit(journal.context, (types) => {
      if (subscriber.types.some((type) => types.has(type))) this.wakeUp.ring();
    });
    this.loop = runAs(journal.context, () => this.serve());
  }

  /**
   * Takes no new batch and stores the checkpoint after the running one. When the signal aborts first, the running batch
   * is abandoned and comes again after the next start.
   */
  async stop(signal: AbortSignal): Promise<void> {
    this.stopping = true;
    this.forget();
    this.wakeUp.ring();
    const { promise: abandoned, resolve } = Promise.withResolvers<void>();
    const abandon = (): void => {
      this.abandoning.abort();
      resolve();
    };
    if (signal.aborted) abandon();
    signal.addEventListener('abort', abandon, { once: true });
    await Promise.race([this.loop, abandoned]);
    signal.removeEventListener('abort', abandon);
  }

  async status(): Promise<RelayStatus> {
    const { journal, subscriber, reader } = this.parts;
    const { position, failures } = this;
    const end = Math.max(position, await reader.end());
    return { producer: journal.context, context: subscriber.context, subscription: subscriber.subscription, position, end, lag: end - position, failures };
  }

  private async serve(): Promise<void> {
    const { pollMs = 1_000 } = this.parts;
    while (!this.stopping) {
      try {
        const more = await this.serveBatch();
        this.failures = 0;
        if (!more && !this.stopping) await this.wakeUp.wait(pollMs);
      } catch (error) {
        await this.failed(error);
      }
    }
    await this.storeCheckpoint().catch((error: unknown) => this.report('its checkpoint was not stored; it will get some events again', error));
  }

  /** Whether there may be more to read at once. */
  private async serveBatch(): Promise<boolean> {
    const { reader, subscriber, deliver } = this.parts;
    const limit = this.position < this.carefulUntil ? 1 : BATCH;
    const { events, upTo } = await reader.readAfter(this.position, subscriber.types, limit);
    const last = events.at(-1);
    if (last !== undefined) {
      try {
        await deliver(events.map(({ envelope }) => envelope), this.address, this.abandoning.signal);
      } catch (error) {
        this.carefulUntil = Math.max(this.carefulUntil, last.position);
        throw error;
      }
    }
    this.position = upTo;
    if (last !== undefined || this.position - this.stored >= PASSED_OVER) await this.storeCheckpoint();
    return events.length === limit;
  }

  private async storeCheckpoint(): Promise<void> {
    const { position } = this;
    if (position === this.stored) return;
    await this.checkpoint.save(position);
    this.stored = position;
  }

  private async failed(error: unknown): Promise<void> {
    if (this.stopping) return;
    this.failures += 1;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(this.failures - 1, 10));
    this.report(`failed ${this.failures} times in a row behind position ${this.position}; again in ${pauseMs} ms`, error);
    const until = Date.now() + pauseMs;
    // A commit may ring meanwhile; only the stop ends the pause early.
    while (!this.stopping && Date.now() < until) await this.wakeUp.wait(until - Date.now());
    this.wakeUp.ring();
  }

  private report(message: string, error: unknown): void {
    const { journal, subscriber } = this.parts;
    this.parts.report(`${subscriber.context}.${subscriber.subscription} from the journal of ${journal.context}: ${message}`, error);
  }
}
