import { outcomeSchema, type Envelope } from '@isolith/contracts';
import { z } from 'zod';
import { onConnection, type BoundStatement } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { inTransaction } from '../context/in-transaction.js';
import { sequenceKeyOf } from '../context/sequence-key.js';
import { inboxValues, type InboxRow } from './inbox-row.js';

const handledRow = z.object({ digest: z.string().nullable(), outcome: outcomeSchema.nullable() });

export type HandledRow = Readonly<z.output<typeof handledRow>>;

const eventRow = z.tuple([z.object({ handled: z.boolean(), parked: z.boolean(), attempts: z.int().nullable() })]);

/**
 * What is known of an event: whether it was handled, whether its key is parked, how often its handler has failed; null
 * when there is nothing to forget.
 */
export type EventState = Readonly<z.output<typeof eventRow>[0]>;

/** The inbox of one context, outside of units of work: each call is a statement of its own. */
export class InboxTable {
  constructor(private readonly journal: ContextJournal) {}

  async find(consumer: string, messageId: string): Promise<HandledRow | undefined> {
    const statement = { ...this.journal.statements.findHandled, values: [consumer, messageId] };
    const { rows } = await onConnection(await this.journal.dataSource(), (client) => client.query<unknown>(statement));
    const [row] = rows;
    return row === undefined ? undefined : handledRow.parse(row);
  }

  async findEvent(subscription: string, envelope: Envelope): Promise<EventState> {
    const statement = {
      ...this.journal.statements.findEvent,
      values: [subscription, envelope.id, sequenceKeyOf(envelope)],
    };
    const { rows } = await onConnection(await this.journal.dataSource(), (client) => client.query<unknown>(statement));
    return eventRow.parse(rows)[0];
  }

  /** Stores the row, unless there is one, and whatever else belongs into that transaction. */
  async storeWith(row: InboxRow, besides: readonly BoundStatement[]): Promise<void> {
    if (besides.length === 0) return void (await this.storeOnce(row));
    await inTransaction(this.journal, async (transaction) => {
      for (const statement of besides) await transaction.statement(statement);
      await transaction.statement({ ...this.journal.statements.completeOnce, values: inboxValues(row) });
    });
  }

  /** Whether the row was stored: false when there was one already, which then counts. */
  async storeOnce(row: InboxRow): Promise<boolean> {
    const statement = { ...this.journal.statements.completeOnce, values: inboxValues(row) };
    const { rowCount } = await onConnection(await this.journal.dataSource(), (client) => client.query(statement));
    return rowCount === 1;
  }
}
