import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ContextJournal } from '../context-journal.js';
import { JournalTable, type JournalBatch, type JournalReader, type KeyRange } from './journal-reader.js';

/** How long one read waits for the transactions before it; the next read goes on waiting for the same ones. */
const PATIENCE_MS = 1_000;
const LONGEST_PAUSE_MS = 50;

interface Fence {
  readonly end: number;
  readonly xid: string;
}

const ownXid = z.tuple([z.object({ xid: z.string() })]);
const passed = z.tuple([z.object({ passed: z.boolean() })]);

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
 * No transaction id is stored, so a restored database reads the same. A transaction that stays open, of anybody in the
 * cluster, holds the fence; it stays up over several reads until it is passed. All readers of a journal share one
 * instance: how far is safe is the same for all. While a fence waits no connection is held.
 *
 *   at rest --a read behind what is safe--> raising --> waiting --passed--> at rest, `safe` is the fence's end
 *                                                         '--out of patience--> at rest, the fence stays up
 */
export class FencedReader implements JournalReader {
  private readonly table: JournalTable;
  private fence: Fence | undefined;
  /** Up to a fence that was passed once, any later read is safe too. */
  private safe = 0;
  private advancing: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(journal: ContextJournal) {
    this.table = new JournalTable(journal);
  }

  async readAfter(after: number, types: readonly string[], limit: number): Promise<JournalBatch> {
    // Up to what is known to be safe there is no need to ask; only behind it may be something newer.
    const known = after < this.safe;
    if (!known) await this.advanced();
    const end = this.safe;
    const waiting = known || this.fence !== undefined;
    if (end <= after) return { events: [], upTo: after, more: waiting };
    const batch = await this.table.use((client) => this.table.between(client, after, end, types, limit));
    return { ...batch, more: batch.more || waiting };
  }

  readKey(range: KeyRange, types: readonly string[], limit: number): Promise<JournalBatch> {
    return this.table.readKey(range, types, limit);
  }

  end(): Promise<number> {
    return this.table.use((client) => this.table.end(client));
  }

  /** A fence raised after this call has been passed, or patience is at its end. Who asks while one is raised shares the next. */
  private advanced(): Promise<void> {
    if (this.advancing === undefined) {
      this.advancing = this.advance().finally(() => {
        this.advancing = undefined;
      });
      return this.advancing;
    }
    this.next ??= this.advancing.catch(() => undefined).then(() => {
      this.next = undefined;
      return this.advanced();
    });
    return this.next;
  }

  private async advance(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    let old: boolean;
    do {
      // One that an earlier read gave up on is of before this call: when it is passed, there may be more to see.
      old = this.fence !== undefined;
      this.fence ??= await this.raise();
      if (this.fence === undefined || !(await this.isPassed(this.fence.xid, until))) return;
      this.safe = this.fence.end;
      this.fence = undefined;
    } while (old);
  }

  private raise(): Promise<Fence | undefined> {
    return this.table.use(async (client) => {
      const end = await this.table.end(client);
      if (end <= this.safe) return undefined;
      const { rows } = await client.query<unknown>({ text: 'SELECT pg_current_xact_id()::text AS xid' });
      return { end, xid: ownXid.parse(rows)[0].xid };
    });
  }

  private async isPassed(xid: string, until: number): Promise<boolean> {
    for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const { rows } = await this.table.use((client) =>
        client.query<unknown>({ text: 'SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS passed', values: [xid] }),
      );
      if (passed.parse(rows)[0].passed) return true;
      if (performance.now() >= until) return false;
      await sleep(pauseMs, undefined, { ref: false });
    }
  }
}
