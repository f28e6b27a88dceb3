import { setTimeout as sleep } from 'node:timers/promises';
import type { ContextJournal } from '../context/context-journal.js';
import {
  JournalTable,
  type Fence,
  type JournalBatch,
  type JournalReader,
  type KeyRange,
  type News,
} from './journal-reader.js';

/** How long one read waits for the transactions before it; the next read goes on waiting for the same ones. */
const PATIENCE_MS = 1_000;
const LONGEST_PAUSE_MS = 50;

/** What a look tells those who waited for it. */
interface Sight {
  /**
   * The last position drawn, as read after the look began; undefined: its fence is of before, and behind that there may
   * be more.
   */
  readonly end: number | undefined;
  /** It ran out of patience. */
  readonly held: boolean;
}

interface Read {
  readonly after: number;
  readonly types: readonly string[];
  readonly limit: number;
}

/**
 * For a database with many sessions. A position is drawn before its transaction commits, so a higher one can be
 * visible while a lower one is still on its way. A read raises a fence:
 *
 *   1. `end`: the last position drawn. Whoever draws later is behind the fence and of no concern.
 *   2. an own transaction id. An append takes its transaction id before it draws a position, so every transaction that
 *      holds a position up to `end` has a lower id than this one.
 *   3. wait until every transaction with a lower id has ended (`pg_snapshot_xmin` has passed the own id).
 *   4. read up to `end`: all there is, and all there will ever be.
 *
 * A look is one round trip that does all four, when no such transaction is open (see the migration AddJournalNews).
 * Else it leaves its fence, and the read looks at that again, after a pause. While a fence waits no connection is held.
 *
 * No transaction id is stored, so a restored database reads the same. A transaction that stays open, of anybody in the
 * cluster, holds the fence; it stays up over several reads until it is passed.
 *
 * All readers of a journal share one instance: how far is safe is the same for all. One read looks at a time, so that
 * many readers draw no more transaction ids than one. A read from before `safe` is plain: it needs no look and waits
 * for nobody. Any other:
 *
 *   asked --nobody looks--> looking
 *     '----somebody looks--> that look began before this read, so it may have missed what was committed just before: its end is awaited
 *            |--nobody looks now--> looking
 *            '--somebody else was faster--> that look began after this read, and what it tells is true for this one too
 *                 |--it has passed its fence, found nothing new, or ran out of patience--> answered from that
 *                 '--it failed, or tells nothing about what is behind this read--> asked whether somebody looks, as before
 *
 *   looking --nothing new--> answered
 *     |--fence passed--> answered; `safe` is the fence's end, and no fence is up
 *     |--held--> the fence is up; a pause, and looking again, until patience is at its end: answered, the fence stays up
 *     '--failed--> rejected, and nobody else with it; a fence that was up stays up
 */
export class FencedReader implements JournalReader {
  private readonly table: JournalTable;
  private fence: Fence | undefined;
  /** Up to a fence that was passed once, any later read is safe too. */
  private safe = 0;
  /** The look of now. Never rejects; undefined: it failed. */
  private looking: Promise<Sight | undefined> | undefined;

  constructor(journal: ContextJournal) {
    this.table = new JournalTable(journal);
  }

  async readAfter(after: number, types: readonly string[], limit: number): Promise<JournalBatch> {
    const read = { after, types, limit };
    // Up to what is known to be safe there is no need to ask; only behind it may be something newer.
    if (after < this.safe) return this.known(read, false);
    if (this.looking !== undefined) await this.looking;
    while (this.looking !== undefined) {
      const sight = await this.looking;
      const answer = sight && this.answerFrom(sight, read);
      if (answer !== undefined) return answer;
    }
    return this.look(read);
  }

  readKey(range: KeyRange, types: readonly string[], limit: number): Promise<JournalBatch> {
    return this.table.readKey(range, types, limit);
  }

  end(): Promise<number> {
    return this.table.use((client) => this.table.end(client));
  }

  /** What is there up to `safe`. `isAll`: nothing was drawn behind that when this read began. */
  private async known({ after, types, limit }: Read, isAll: boolean): Promise<JournalBatch> {
    const { safe } = this;
    const batch = await this.table.use((client) => this.table.between(client, after, safe, types, limit));
    return { ...batch, more: batch.more || !isAll };
  }

  /** From a look that began after this read did; undefined when it says nothing about what is behind `after`. */
  private answerFrom({ end, held }: Sight, read: Read): Promise<JournalBatch> | JournalBatch | undefined {
    const { after } = read;
    const isAll = end !== undefined && end <= Math.max(after, this.safe);
    if (after < this.safe) return this.known(read, isAll);
    if (!isAll && !held) return undefined;
    return { events: [], upTo: after, more: !isAll, ...(isAll ? {} : { held: true }) };
  }

  /**
   * Called when nobody looks. Between the end of a look and what waited for it the next may begin: it began after those
   * who waited.
   */
  private async look(read: Read): Promise<JournalBatch> {
    const { promise, resolve } = Promise.withResolvers<Sight | undefined>();
    this.looking = promise;
    let sight: Sight | undefined;
    try {
      const { batch, ...seen } = await this.untilPassed(read);
      sight = seen;
      return batch;
    } finally {
      // In this order: who waited is to see that this look is over.
      this.looking = undefined;
      resolve(sight);
    }
  }

  private async untilPassed(read: Read): Promise<Sight & { readonly batch: JournalBatch }> {
    const until = performance.now() + PATIENCE_MS;
    // One that an earlier read gave up on says nothing about what was committed since.
    const isOld = this.fence !== undefined;
    for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const news = await this.news(read);
      if (news.state !== 'held')
        return {
          batch: { ...news.batch, more: news.batch.more || isOld },
          end: isOld ? undefined : news.end,
          held: false,
        };
      if (performance.now() >= until)
        return {
          batch: { events: [], upTo: read.after, more: true, held: true },
          end: isOld ? undefined : news.fence.end,
          held: true,
        };
      await sleep(pauseMs, undefined, { ref: false });
    }
  }

  private async news(read: Read): Promise<News> {
    const { safe, fence } = this;
    const news = await this.table.use((client) => this.table.news(client, { ...read, safe, fence }));
    if (news.state === 'held') this.fence = news.fence;
    if (news.state === 'passed') {
      this.safe = news.end;
      this.fence = undefined;
    }
    return news;
  }
}
