import { runAs } from '@isolith/message-bus';
import type { ContextJournal } from '../context/context-journal.js';
import { WakeUp } from '../relay/wake-up.js';
import { InboxRetention } from './inbox-retention.js';
import { JournalRetention } from './journal-retention.js';
import { INBOX_DAYS, type Retention } from './retention.js';

/** Deletes what need not be kept any longer, a batch at a time. Hosts may do it at once. */
export interface Deletion {
  /** Deletes one batch. Whether there may be more. */
  deleteSome(): Promise<boolean>;
}

/** What `Upkeep` works with. */
export interface UpkeepParts {
  readonly journal: ContextJournal;
  readonly retention: Retention;
  /** What else the context need not keep. */
  readonly more?: readonly Deletion[];
  readonly report: (message: string, error: unknown) => void;
  /** How often it looks, in milliseconds; default ten minutes. */
  readonly everyMs?: number;
}

const EVERY_MS = 600_000;
/** Between two batches others get their turn at the database. */
const PAUSE_MS = 50;

/**
 * Deletes what a context need not keep any longer, in small batches, for as long as the host runs.
 *
 *   waiting, somewhere between half the interval and all of it --> deleting --nothing more, or an error--> waiting
 *
 * Every host of the context does it; they differ in when, and meet without harm.
 */
export class Upkeep {
  private readonly wakeUp = new WakeUp();
  private loop: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly parts: UpkeepParts) {}

  start(): void {
    const { journal, retention, more = [] } = this.parts;
    const { inboxDays = INBOX_DAYS, journalDays } = retention;
    const inbox = new InboxRetention(journal, inboxDays);
    const events = journalDays === undefined ? [] : [new JournalRetention(journal, journalDays)];
    this.loop = runAs(journal.context, () => this.live([inbox, ...events, ...more]));
  }

  /** Resolves when the batch that is being deleted has been. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wakeUp.ring();
    await this.loop;
  }

  private async live(all: readonly Deletion[]): Promise<void> {
    const { journal, report, everyMs = EVERY_MS } = this.parts;
    while (!this.stopped) {
      await this.wakeUp.wait(everyMs * (0.5 + Math.random() / 2));
      for (const each of all) {
        try {
          while (!this.stopped && (await each.deleteSome())) await this.wakeUp.wait(PAUSE_MS);
        } catch (error) {
          report(`what ${journal.context} need not keep was not deleted; tried again later`, error);
        }
      }
    }
  }
}
