import { outcomeSchema } from '@isolith/contracts';
import { z } from 'zod';
import { onConnection } from '../connection.js';
import type { ContextJournal } from '../context-journal.js';
import { inboxValues, type InboxRow } from './inbox-row.js';

const handledRow = z.object({ digest: z.string().nullable(), outcome: outcomeSchema.nullable() });

export type HandledRow = Readonly<z.output<typeof handledRow>>;

/** The inbox of one context, outside of units of work: each call is a statement of its own. */
export class InboxTable {
  constructor(private readonly journal: ContextJournal) {}

  async find(consumer: string, messageId: string): Promise<HandledRow | undefined> {
    const statement = { ...this.journal.statements.findHandled, values: [consumer, messageId] };
    const { rows } = await onConnection(await this.journal.dataSource(), (client) => client.query<unknown>(statement));
    const [row] = rows;
    return row === undefined ? undefined : handledRow.parse(row);
  }

  /** Whether the row was stored: false when there was one already, which then counts. */
  async storeOnce(row: InboxRow): Promise<boolean> {
    const statement = { ...this.journal.statements.completeOnce, values: inboxValues(row) };
    const { rowCount } = await onConnection(await this.journal.dataSource(), (client) => client.query(statement));
    return rowCount === 1;
  }
}
