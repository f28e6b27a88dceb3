import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { PgClient } from '../connection.js';
import type { ContextJournal } from '../context-journal.js';
import { JournalTable, type JournalBatch, type JournalReader } from './journal-reader.js';

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
 * cluster, holds the fence; it stays up over several reads until it is passed.
 */
export class FencedReader implements JournalReader {
  private readonly table: JournalTable;
  private fence: Fence | undefined;

  constructor(journal: ContextJournal) {
    this.table = new JournalTable(journal);
  }

  async readAfter(after: number, types: readonly string[], limit: number): Promise<JournalBatch> {
    return this.table.use(async (client) => {
      this.fence ??= await this.raise(client, after);
      if (this.fence === undefined || !(await this.isPassed(client, this.fence.xid))) return { events: [], upTo: after };
      const { end } = this.fence;
      const batch = await this.table.between(client, after, end, types, limit);
      // Up to a fence that was passed once, any later read is safe too.
      if (batch.upTo >= end) this.fence = undefined;
      return batch;
    });
  }

  end(): Promise<number> {
    return this.table.use((client) => this.table.end(client));
  }

  private async raise(client: PgClient, after: number): Promise<Fence | undefined> {
    const end = await this.table.end(client);
    if (end <= after) return undefined;
    const { rows } = await client.query<unknown>({ text: 'SELECT pg_current_xact_id()::text AS xid' });
    return { end, xid: ownXid.parse(rows)[0].xid };
  }

  private async isPassed(client: PgClient, xid: string): Promise<boolean> {
    const until = Date.now() + PATIENCE_MS;
    for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const { rows } = await client.query<unknown>({ text: 'SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS passed', values: [xid] });
      if (passed.parse(rows)[0].passed) return true;
      if (Date.now() >= until) return false;
      await sleep(pauseMs);
    }
  }
}
