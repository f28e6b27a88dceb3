import type { Agent } from '../agent/agent.js';
import type { RunEnd } from './run-entry.js';
import { mayBeMade, waitsForPerson, type Attempt, type RunCall, type RunState } from './run-state.js';

/** How often a model is asked for one answer. */
export const MOST_ATTEMPTS = 4;
/** After it an approval that nobody has given counts as refused; milliseconds. */
export const APPROVAL_MS = 24 * 60 * 60 * 1_000;

/** What is due, and needs somebody outside of the run. */
export type Outward =
  | { readonly do: 'rest' }
  | { readonly do: 'judge'; readonly calls: readonly RunCall[] }
  | { readonly do: 'call'; readonly calls: readonly RunCall[] }
  /** Until a person decides, or the first approval lapses. */
  | { readonly do: 'wait'; readonly untilMs: number }
  | { readonly do: 'ask'; readonly turn: number; readonly attempt: number; readonly upTo: number };

/** What is due, and follows from the run alone. */
export type Inward =
  /** Whoever asked is gone: its answer will never be here. */
  | { readonly do: 'give-up'; readonly attempt: Attempt }
  | { readonly do: 'refuse'; readonly calls: readonly RunCall[] }
  | { readonly do: 'lapse'; readonly calls: readonly RunCall[] }
  | { readonly do: 'end'; readonly why: RunEnd; readonly detail?: string };

export type Move = Outward | Inward;

/**
 * What a run does next. Calls before questions: every call of an answer gets its result before the model is asked
 * again, whatever has run out, since calls have bounds of their own and were decided upon within the run's.
 */
export function nextMove(state: RunState, { limits }: Pick<Agent, 'limits'>, nowMs: number): Move {
  const { end, asking, calls, said } = state;
  if (end !== undefined || (state.turn === 0 && said.length === 0)) return { do: 'rest' };
  if (asking !== undefined) return { do: 'give-up', attempt: asking };
  const timeIsOver = nowMs - state.since.atMs - waited(state, nowMs) >= limits.answersWithinMs;
  return moveOfCalls(calls, nowMs, timeIsOver) ?? moveOfAnswer(state, limits, timeIsOver);
}

function moveOfCalls(calls: readonly RunCall[], nowMs: number, timeIsOver: boolean): Move | undefined {
  const without = calls.filter(({ result }) => result === undefined);
  const unjudged = without.filter(({ judged }) => judged === undefined);
  if (unjudged.length > 0) return timeIsOver ? { do: 'end', why: 'time' } : { do: 'judge', calls: unjudged };
  const refused = without.filter(({ judged, decided }) => judged?.verdict === 'refuse' || decided?.approved === false);
  if (refused.length > 0) return { do: 'refuse', calls: refused };
  const due = without.filter(mayBeMade);
  if (due.length > 0) return { do: 'call', calls: due };
  const waiting = without.filter(waitsForPerson);
  const lapsed = waiting.filter((call) => lapsesAt(call) <= nowMs);
  if (lapsed.length > 0) return { do: 'lapse', calls: lapsed };
  return waiting.length > 0 ? { do: 'wait', untilMs: Math.min(...waiting.map(lapsesAt)) } : undefined;
}

/** All calls have their results. */
function moveOfAnswer(state: RunState, limits: Agent['limits'], timeIsOver: boolean): Move {
  const { calls, said, stop, failed, turn, since } = state;
  if (failed.attempts === 0 && said.length === 0 && calls.length === 0) {
    if (stop === 'done' || stop === 'tools') return { do: 'end', why: 'answered' };
    if (stop === 'length') return { do: 'end', why: 'length', detail: 'The answer came to its bound.' };
    if (stop === 'refused') return { do: 'end', why: 'refused', detail: 'The model declined to answer.' };
  }
  if (failed.rejected) return { do: 'end', why: 'model', detail: 'The model refuses the request.' };
  if (failed.attempts >= MOST_ATTEMPTS) return { do: 'end', why: 'model', detail: 'The model did not answer.' };
  if (timeIsOver) return { do: 'end', why: 'time' };
  const again = failed.attempts > 0;
  if (!again && turn - since.turn >= limits.turns) return { do: 'end', why: 'turns' };
  return { do: 'ask', turn: again ? turn : turn + 1, attempt: failed.attempts + 1, upTo: said.at(-1)?.seq ?? 0 };
}

const waited = ({ since, waitingSinceMs }: RunState, nowMs: number): number =>
  since.waitedMs + (waitingSinceMs === undefined ? 0 : Math.max(0, nowMs - waitingSinceMs));

/** Milliseconds since 1970. */
const lapsesAt = ({ judged }: RunCall): number => (judged === undefined ? Infinity : judged.atMs + APPROVAL_MS);
