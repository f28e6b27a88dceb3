import { setTimeout as pause } from 'node:timers/promises';
import { LONGEST_ENTRY_WAIT_MS, type ConversationStatus, type Entry } from '../assistant.contract.js';
import type { SeenEntries } from './entry-events.route.js';

/** Between two looks where there was nothing: some answer at once. */
const PAUSE_MS = 200;

/** What came of something that was said, as far as it is known. */
export interface AwaitedAnswer {
  readonly status: ConversationStatus;
  /** Of the last entry that was seen. */
  readonly seq: number;
  /** What the model said last; nothing before it has said something. */
  readonly text: string | undefined;
}

/**
 * Looks at what comes behind an entry until the assistant is at nothing any more, or the signal aborts. At least one
 * look.
 * @param look asks for entries behind the first number, and waits for one up to the second, in milliseconds
 */
export async function awaitAnswer(
  look: (after: number, waitMs: number) => Promise<SeenEntries>,
  after: number,
  signal: AbortSignal,
): Promise<AwaitedAnswer> {
  let [seq, waitMs]: [number, number] = [after, 0];
  let text: string | undefined;
  for (;;) {
    const found = await look(seq, waitMs);
    seq = found.items.at(-1)?.seq ?? seq;
    text = found.items.findLast(saysSomething)?.text ?? text;
    const isOver = found.status !== 'moving' && seq >= found.seq;
    if (isOver || signal.aborted) return { status: isOver ? found.status : 'moving', seq, text };
    // An aborted pause is just a short one.
    if (found.items.length === 0) await pause(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    waitMs = LONGEST_ENTRY_WAIT_MS;
  }
}

type Answered = Extract<Entry, { kind: 'answered' }>;
const saysSomething = (entry: Entry): entry is Answered => entry.kind === 'answered' && entry.text !== '';
