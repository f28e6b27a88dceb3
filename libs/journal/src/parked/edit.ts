import { ContractViolationError, envelopeSchema, masked, type Envelope, type EventContract } from '@isolith/contracts';
import { z } from 'zod';
import { quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { inTransaction } from '../context/in-transaction.js';
import { ParkedNotEditable, ParkedNotFound, ReplayRunning } from './failures.js';
import { readFields } from './masked.js';
import type { OperatorActions } from './operator-actions.js';
import { Parking } from './parking.js';
import { unmasked } from './unmasked.js';

/** What somebody wants the data of a parked event to be. */
export interface ParkedEdit {
  readonly id: string;
  /**
   * In today's version of its contract, as it was shown: a mask that is left stands for what is stored. All of it where
   * what is stored does not fit, and was not shown.
   */
  readonly data: unknown;
  /** The user's id. */
  readonly by: string;
  readonly reason: string;
}

const foundRow = z.object({
  subscription: z.string(),
  key: z.string(),
  message_id: z.string(),
  envelope: envelopeSchema.nullable(),
  replayed: z.boolean(),
});
const POSITION = /^\d{1,18}$/;

/**
 * Gives one parked event other data, for its next replay. The new data, the original and the audit are one transaction,
 * under the lock of the sequence, and nobody replays it meanwhile.
 */
export async function editMessage(
  journal: ContextJournal,
  actions: OperatorActions,
  contractOf: (type: string) => EventContract | undefined,
  { id, data, by, reason }: ParkedEdit,
): Promise<void> {
  const table = `${quoted(journal.schema)}.parked_message`;
  const text = `SELECT m.subscription, m.key, m.message_id, m.envelope, coalesce(s.leased_until > now(), false) AS replayed
    FROM ${table} m JOIN ${quoted(journal.schema)}.parked_sequence s USING (subscription, key) WHERE m.position = $1`;
  await inTransaction(journal, async (transaction) => {
    const find = async (): Promise<z.output<typeof foundRow>> => {
      const [row] = POSITION.test(id) ? (await transaction.statement<unknown>({ text, values: [id] })).rows : [];
      if (row === undefined) throw new ParkedNotFound({ what: `there is no parked message ${id}` });
      return foundRow.parse(row);
    };
    const known = await find();
    const [lock] = new Parking(journal).removing({ ...known, messageId: known.message_id });
    await transaction.statement(lock);
    // Whoever took it out or edited it in between has done so when the lock is ours.
    const { subscription, key, message_id: messageId, envelope, replayed } = await find();
    if (replayed) throw new ReplayRunning({ what: `the key ${key} of ${subscription} is being replayed` });
    if (envelope === null)
      throw new ParkedNotEditable({
        what: 'these bytes are no envelope of a known sender; they can only be discarded',
      });
    const { edited, before, after } = editedEnvelope(envelope, contractOf(envelope.type), data);
    await transaction.statement({
      text: `UPDATE ${table} SET original = coalesce(original, envelope), envelope = $2::json, edited_at = now(),
          edited_by = $3, edited_reason = $4 WHERE position = $1`,
      values: [id, JSON.stringify(edited), by, reason],
    });
    const subject = { id, subscription, key, messageId, type: envelope.type, reason };
    await transaction.statement(actions.recording({ by, action: 'edit-parked', subject, result: { before, after } }));
  });
}

/** With what the audit may know of the data before and after. */
function editedEnvelope(
  envelope: Envelope,
  contract: EventContract | undefined,
  data: unknown,
): { readonly edited: Envelope; readonly before: unknown; readonly after: unknown } {
  const stored = readFields(envelope, contract);
  const { known } = stored;
  if (known === undefined) throw new ParkedNotEditable({ what: `it can't be edited: ${whyHidden(stored)}` });
  // Of data that does not fit nothing was shown: it is given anew, whole.
  const fields = 'fields' in stored ? stored.fields : {};
  const wanted = checked(() => known.copyInput(unmasked(data, fields, known.input)));
  const { key } = known;
  // Of data that can't be read only its sender's word is left; an event without one waits for no other.
  const ordered = 'fields' in stored ? String(fields[key]) : envelope.subject;
  if (ordered !== undefined && String(wanted[key]) !== ordered) {
    const detail = `orders the event among those of its key, so it stays ${JSON.stringify(ordered)}`;
    throw new ContractViolationError(`/data/${key} ${detail}`, [{ pointer: `/data/${key}`, detail }]);
  }
  return {
    edited: { ...envelope, schemaversion: known.version, data: wanted },
    before: 'fields' in stored ? masked(known.input, fields) : whyHidden(stored),
    after: masked(known.input, wanted),
  };
}

const whyHidden = (read: ReturnType<typeof readFields>): string => ('hidden' in read ? read.hidden : '');

/** Whoever edits sends the data as one field among others. */
function checked<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ContractViolationError)) throw error;
    throw new ContractViolationError(
      error.message,
      error.problems.map(({ pointer, detail }) => ({ pointer: `/data${pointer}`, detail })),
    );
  }
}
