import { z } from 'zod';
import type { ContextJournal } from '../../index.js';
import { JournalTable, type JournalBatch, type JournalReader, type KeyRange } from '../journal-reader.js';

const place = z.object({ xid: z.coerce.string(), position: z.coerce.number().int() });

/**
 * A reader as it must not be: it goes by (transaction id, position), over transactions that have ended. None is lost.
 * But a transaction id is taken with the first write and a position with the last: of two units that wait for each
 * other at one key, the second may have taken its id before the first, and the key is inverted. The id is the row's
 * `xmin`, which a restored database does not have either.
 */
export class TransactionOrderReader implements JournalReader {
  private readonly table: JournalTable;
  /** What `readAfter` counts as position: places in this order. */
  private readonly order: { readonly xid: string; readonly position: number }[] = [{ xid: '0', position: 0 }];

  constructor(private readonly journal: ContextJournal) {
    this.table = new JournalTable(journal);
  }

  async readAfter(after: number, types: readonly string[], limit: number): Promise<JournalBatch> {
    const last = this.order[after] ?? { xid: '0', position: 0 };
    return this.table.use(async (client) => {
      const { rows } = await client.query<unknown>({
        text: `SELECT xmin::text::bigint AS xid, position FROM ${this.journal.schema}.journal
          WHERE (xmin::text::bigint, position) > ($1::bigint, $2::bigint) AND xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
          ORDER BY xmin::text::bigint, position LIMIT $3`,
        values: [last.xid, last.position, limit],
      });
      const found = z.array(place).parse(rows);
      const events = [];
      for (const each of found) {
        this.order.push(each);
        events.push(...(await this.table.between(client, each.position - 1, each.position, types, 1)).events);
      }
      return { events, upTo: after + found.length, more: found.length === limit };
    });
  }

  readKey(range: KeyRange, types: readonly string[], limit: number): Promise<JournalBatch> {
    return this.table.readKey(range, types, limit);
  }

  /** How many events there are to be read in all. */
  end(): Promise<number> {
    return this.table.use(async (client) => {
      const { rows } = await client.query<unknown>({
        text: `SELECT count(*) AS count FROM ${this.journal.schema}.journal`,
      });
      return z.tuple([z.object({ count: z.coerce.number() })]).parse(rows)[0].count;
    });
  }
}
