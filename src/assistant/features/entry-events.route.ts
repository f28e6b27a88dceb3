import { setTimeout as sleep } from 'node:timers/promises';
import { IsolithError, steadyNow } from '@isolith/contracts';
import { LONGEST_ENTRY_WAIT_MS, type ConversationStatus, type Entry } from '../assistant.contract.js';

/** Said where nothing else is, so that whoever stands between does not take the connection for dead; milliseconds. */
const HEARTBEAT_MS = 15_000;
/** Between two looks where there was nothing: some answer at once. */
const PAUSE_MS = 200;
const PAUSE_AFTER_FAILURE_MS = 1_000;
/** Between the end of a stream and the next one of a client that comes back by itself. */
const BACK_AFTER_MS = 2_000;
/** Looks in a row that may fail before the stream ends; its client comes back with what it has seen. */
const MOST_FAILURES = 15;

/** What there is of a conversation behind an entry; `status` and `seq` are not older than the items. */
export interface SeenEntries {
  readonly items: readonly Entry[];
  readonly status: ConversationStatus;
  readonly seq: number;
}

/** Where the events of a stream come from, and what ends it. */
export interface EntrySource {
  readonly look: (after: number, waitMs: number) => Promise<SeenEntries>;
  /** What keeps the client from hearing more, once something does. */
  readonly whyOut: () => string | undefined;
  /** Aborts when the client is gone or the host stops. */
  readonly signal: AbortSignal;
}

/** The clock of a stream. */
export interface StreamTime {
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number;
  /** Ends early when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

const realTime: StreamTime = {
  now: steadyNow,
  // An aborted pause is just a short one.
  pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

const eventOf = (event: string, data: object, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * The entries of a conversation behind `after` as server-sent events: each is called by its kind and has its `seq` as
 * its id, so that a client which comes back with the last id misses none and gets none twice. `rest` is said when the
 * assistant is at nothing any more, where the stream ends with that; `end`, with the reason, before it ends otherwise.
 * It begins with how soon a client may come back, so that its headers need not wait for an entry. Nothing is read ahead
 * of the client.
 */
export async function* entryEvents(
  { look, whyOut, signal }: EntrySource,
  { after, untilRest }: { readonly after: number; readonly untilRest: boolean },
  { now, pause }: StreamTime = realTime,
): AsyncGenerator<string, void> {
  let [seen, waitMs, failures, saidAt] = [after, 0, 0, now()];
  yield `retry: ${BACK_AFTER_MS}\n\n`;
  for (;;) {
    const why = signal.aborted ? 'the host is stopping' : whyOut();
    if (why !== undefined) return yield eventOf('end', { reason: why });
    let found: SeenEntries | undefined;
    try {
      found = await look(seen, waitMs);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!(error instanceof IsolithError)) throw error;
      if (!error.retryable || failures >= MOST_FAILURES) return yield eventOf('end', { reason: error.message });
    }
    for (const entry of found?.items ?? []) {
      yield eventOf(entry.kind, entry, entry.seq);
      [seen, saidAt] = [entry.seq, now()];
    }
    if (untilRest && found !== undefined && found.status !== 'moving' && seen >= found.seq)
      return yield eventOf('rest', { status: found.status, seq: found.seq });
    waitMs = LONGEST_ENTRY_WAIT_MS;
    if (found !== undefined && found.items.length > 0) continue;
    if (now() - saidAt >= HEARTBEAT_MS) {
      yield ': still here\n\n';
      saidAt = now();
    }
    await pause(found === undefined ? PAUSE_AFTER_FAILURE_MS : PAUSE_MS, signal);
  }
}
