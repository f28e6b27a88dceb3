import type { ContextJournal } from '../../index.js';
import { JournalTable, type JournalBatch, type JournalReader, type KeyRange } from '../journal-reader.js';

/**
 * A reader as it must not be: it trusts positions alone. One that was drawn before and is committed later is passed
 * over, and its event is lost.
 */
export class PositionOnlyReader implements JournalReader {
  private readonly table: JournalTable;

  constructor(journal: ContextJournal) {
    this.table = new JournalTable(journal);
  }

  readAfter(after: number, types: readonly string[], limit: number): Promise<JournalBatch> {
    return this.table.use(async (client) =>
      this.table.between(client, after, await this.table.end(client), types, limit),
    );
  }

  readKey(range: KeyRange, types: readonly string[], limit: number): Promise<JournalBatch> {
    return this.table.readKey(range, types, limit);
  }

  end(): Promise<number> {
    return this.table.use((client) => this.table.end(client));
  }
}
