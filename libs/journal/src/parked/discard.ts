import { z } from 'zod';
import type { ContextJournal } from '../context/context-journal.js';
import { inTransaction } from '../context/in-transaction.js';
import { inboxValues } from '../handled/inbox-row.js';
import { quoted } from '@isolith/postgres/internal';
import { ParkedNotFound } from './failures.js';
import type { OperatorActions } from './operator-actions.js';
import { Parking } from './parking.js';

const found = z.object({ subscription: z.string(), key: z.string(), message_id: z.string() });
const POSITION = /^\d{1,18}$/;

/**
 * Discards one parked message. Its inbox row, its leaving the sequence and the audit are one transaction, and the inbox
 * row decides every race: a late delivery or a replay that runs at this moment commits before it, and the message was
 * handled, or meets it and is rolled back.
 */
export async function discardMessage(
  journal: ContextJournal,
  actions: OperatorActions,
  id: string,
  by: string,
): Promise<'discarded' | 'handled'> {
  const parking = new Parking(journal);
  const select = `SELECT subscription, key, message_id FROM ${quoted(journal.schema)}.parked_message WHERE position = $1`;
  return inTransaction(journal, async (transaction) => {
    const {
      rows: [row],
    } = POSITION.test(id) ? await transaction.statement<unknown>({ text: select, values: [id] }) : { rows: [] };
    if (row === undefined) throw new ParkedNotFound({ what: `there is no parked message ${id}` });
    const { subscription, key, message_id: messageId } = found.parse(row);
    const [lock, remove] = parking.removing({ subscription, key, messageId });
    // Whoever is taking it out right now has done so when the lock is ours.
    await transaction.statement(lock);
    if ((await transaction.statement({ text: select, values: [id] })).rows.length === 0)
      throw new ParkedNotFound({ what: `the parked message ${id} has just left` });
    const handled = { consumer: subscription, messageId, digest: null, outcome: null };
    const { rowCount } = await transaction.statement({
      ...journal.statements.completeOnce,
      values: inboxValues(handled),
    });
    await transaction.statement(remove);
    const result = rowCount === 1 ? 'discarded' : 'handled';
    await transaction.statement(
      actions.recording({
        by,
        action: 'discard',
        subject: { id, subscription, key, messageId },
        result: { status: result },
      }),
    );
    return result;
  });
}
