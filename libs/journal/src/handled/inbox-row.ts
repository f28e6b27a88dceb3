import type { Outcome } from '@isolith/contracts';
import { COMMANDS, type MessageHandling } from '../context/message-handling.js';

/** A row of the inbox as it is written; `outcome` is JSON text. */
export interface InboxRow {
  readonly consumer: string;
  readonly messageId: string;
  readonly digest: string | null;
  readonly outcome: string | null;
}

export const inboxValues = ({ consumer, messageId, digest, outcome }: InboxRow): readonly unknown[] => [
  consumer,
  messageId,
  digest,
  outcome,
];

/**
 * The row of a message that ended with a value. A command's value is copied by its contract first: what is stored is
 * what the caller gets, and a value that doesn't fit throws ContractViolationError before anything is committed.
 */
export function inboxRowOf(handling: MessageHandling, value: unknown): InboxRow {
  const { contract } = handling;
  // JSON has no undefined: the reply of a command without output is stored as null and not read back.
  return rowWith(
    handling,
    contract === undefined ? undefined : { outcome: 'success', value: contract.copyOutput(value) ?? null },
  );
}

export function rowWith({ consumer, envelope, digest }: MessageHandling, outcome: Outcome | undefined): InboxRow {
  return { consumer, messageId: envelope.id, digest, outcome: outcome === undefined ? null : JSON.stringify(outcome) };
}

/** Stands in the place of a command that was undone before it came: it will be answered so, and have no effect. */
export function revocationOf(messageId: string): InboxRow {
  const outcome: Outcome = { outcome: 'error', code: 'revoked', detail: 'the command was revoked by its compensation' };
  return { consumer: COMMANDS, messageId, digest: null, outcome: JSON.stringify(outcome) };
}
