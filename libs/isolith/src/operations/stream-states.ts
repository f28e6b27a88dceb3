import { personalPaths, tellable } from '@isolith/contracts';
import type { History } from '@isolith/event-sourcing';
import type { AggregateRegistry } from '@isolith/event-sourcing/nest';
import type { JournalHistory, RecordedEvent } from '@isolith/journal/internal';

/** So many events before a page are read to fold it; a stream that is longer is shown without states from there on. */
const MOST_BEFORE = 10_000;
const AT_ONCE = 500;
/** A state that is longer, in characters of JSON, is not shown. */
const LONGEST_STATE = 50_000;

/** A page of a stream, each event with the state behind it. */
export interface StatedPage {
  readonly aggregate?: string;
  /** Why there are no states, or none from some event on. */
  readonly stateless?: string;
  /** JSON, by version. */
  readonly states: ReadonlyMap<number, string>;
}

interface Asked {
  readonly context: string;
  readonly stream: string;
  /** The page begins behind this version. */
  readonly behind: number;
  readonly items: readonly RecordedEvent[];
}

/** Folds a stream as its aggregate does, up to the end of a page. */
export async function streamStates(
  history: JournalHistory,
  aggregates: AggregateRegistry | undefined,
  { context, stream, behind, items }: Asked,
): Promise<StatedPage> {
  const [first] = behind === 0 ? items : await history.ofStream(stream, 0, 1);
  const found = first === undefined ? undefined : aggregates?.of(context, stream, first.type);
  const states = new Map<number, string>();
  if (found === undefined) return { states };
  const { name: aggregate, events } = found.aggregate;
  // A state has no schema that could say what of it is personal; no event can hold anything that is, so neither can it.
  if (events.some(({ contract }) => personalPaths(contract.input).length > 0))
    return { aggregate, states, stateless: 'its events hold personal data' };
  if (behind > MOST_BEFORE)
    return { aggregate, states, stateless: `more than ${MOST_BEFORE} events stand before these` };
  const fold = folding(found.aggregate.history(), found.states);
  for (let read = 0; read < behind;) {
    const before = await history.ofStream(stream, read, Math.min(AT_ONCE, behind - read));
    if (before.length === 0) break;
    for (const event of before) fold(event);
    read += before.length;
  }
  let stateless: string | undefined;
  for (const event of items) {
    const state = fold(event);
    if (typeof state === 'string') states.set(event.version ?? 0, state);
    else stateless ??= state.why;
  }
  return { aggregate, states, ...(stateless === undefined ? {} : { stateless }) };
}

/** What a fold can't go on from it can't at any later event. What was thrown is named, and no more of it is told. */
function folding(apply: History, stated: (event: string) => boolean) {
  let stopped: { readonly why: string } | undefined;
  return (event: RecordedEvent): string | { readonly why: string } => {
    if (stopped !== undefined) return stopped;
    let state: unknown;
    try {
      state = apply(event, stated);
    } catch (error) {
      return (stopped = { why: `event ${event.version} could not be folded: ${tellable(error).name}` });
    }
    return shownState(state, event);
  };
}

function shownState(state: unknown, { version }: RecordedEvent): string | { readonly why: string } {
  try {
    // Nothing is what JSON makes of functions and of undefined.
    const json: string = JSON.stringify(state) ?? 'null';
    return json.length <= LONGEST_STATE
      ? json
      : { why: `the state after event ${version} is longer than ${LONGEST_STATE} characters` };
  } catch {
    return { why: `the state after event ${version} is nothing that JSON can hold` };
  }
}
