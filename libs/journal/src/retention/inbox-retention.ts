import type { DataSource } from 'typeorm';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';

/** Rows that one statement deletes: it holds its locks for milliseconds. */
export const BATCH = 1_000;

/** Deletes rows of a context's inbox that are older than they have to be. */
export class InboxRetention {
  private readonly text: string;

  constructor(
    private readonly journal: ContextJournal,
    private readonly days: number,
    private readonly batch = BATCH,
  ) {
    const inbox = `${quoted(journal.schema)}.inbox`;
    // The oldest first, by the index on their time. Hosts may do this at once: each passes over what the other is
    // deleting.
    this.text = `DELETE FROM ${inbox} WHERE (consumer, message_id) IN (
      SELECT consumer, message_id FROM ${inbox} WHERE recorded_at < now() - $1 * interval '1 day' ORDER BY recorded_at LIMIT $2 FOR UPDATE SKIP LOCKED)`;
  }

  /** Deletes one batch. Whether there may be more. */
  async deleteSome(): Promise<boolean> {
    const dataSource: DataSource = await this.journal.dataSource();
    const { rowCount } = await onConnection(dataSource, (client) =>
      client.query({ text: this.text, values: [this.days, this.batch] }),
    );
    return rowCount === this.batch;
  }
}
