import type { ConversationStatus, Entry } from '../assistant.contract.js';

const at = '2026-01-01T00:00:00.000Z';

/** Somebody said something. */
export const said = (seq: number, text = 'Where is my order?'): Entry => ({ seq, at, kind: 'said', text });

/** The model is being asked. */
export const asked = (seq: number): Entry => ({ seq, at, kind: 'asked', turn: 1, attempt: 1 });

/** The model answered; without a text it asks for tools alone. */
export const answered = (seq: number, text = 'On its way.'): Entry => ({
  seq,
  at,
  kind: 'answered',
  turn: 1,
  text,
  calls: [],
  inputTokens: 1,
  outputTokens: 1,
  costMicros: 1,
});

/** The run rests. */
export const ended = (seq: number): Entry => ({ seq, at, kind: 'ended', why: 'answered' });

/** What is seen of a conversation: entries, and how it stands behind the last of them. */
export const seen = (status: ConversationStatus, items: readonly Entry[], seq = items.at(-1)?.seq ?? 0) => ({
  items: [...items],
  status,
  seq,
});
