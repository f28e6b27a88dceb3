import type { Agent } from '../agent/agent.js';
import { ending, refusedCall } from './ending.js';
import { evolve } from './evolve.js';
import { nextMove, type Inward, type Move, type Outward } from './next-move.js';
import type { KeptEntry, RunEntry } from './run-entry.js';
import type { RunState } from './run-state.js';

/** A run as far as it comes by itself. */
export interface CarriedOn {
  readonly state: RunState;
  /** What that added, for whoever saves it. */
  readonly entries: readonly RunEntry[];
  /** What is due now: somebody outside has to be asked, or waited for. */
  readonly move: Outward;
}

/** Takes what happened into a run, and carries it on until somebody outside is needed. */
export function carriedOn(
  from: RunState,
  happened: readonly RunEntry[],
  agent: Pick<Agent, 'limits'>,
  nowMs: number,
): CarriedOn {
  let state = withEntries(from, happened, nowMs);
  const entries: RunEntry[] = [];
  // Each round gives a call its result, closes the attempt or ends the run, so there are few.
  for (;;) {
    const move = nextMove(state, agent, nowMs);
    if (isOutward(move)) return { state, entries, move };
    const added = inward(state, move);
    entries.push(...added);
    state = withEntries(state, added, nowMs);
  }
}

/** A run with entries that are not kept yet, as if they were kept now. */
export function withEntries(state: RunState, entries: readonly RunEntry[], nowMs: number): RunState {
  const at = new Date(nowMs).toISOString();
  return entries.reduce((run, entry) => evolve(run, kept(run.seq + 1, at, entry)), state);
}

const kept = (seq: number, at: string, entry: RunEntry): KeptEntry => ({ seq, at, entry });

const isOutward = (move: Move): move is Outward =>
  move.do !== 'give-up' && move.do !== 'refuse' && move.do !== 'lapse' && move.do !== 'end';

function inward({ turn, ...state }: RunState, move: Inward): RunEntry[] {
  switch (move.do) {
    case 'give-up': {
      const { turn: asked, attempt } = move.attempt;
      const reason = 'whoever asked ended before the answer came';
      return [{ kind: 'unanswered', turn: asked, attempt, reason, rejected: false }];
    }
    case 'lapse':
      return move.calls.map(({ index }) => ({ kind: 'decided', turn, index, approved: false, by: NOBODY }));
    case 'refuse':
      return move.calls.map((call) => {
        const { judged, decided } = call;
        const person =
          decided?.note === undefined ? 'The user did not agree.' : `The user did not agree: ${decided.note}`;
        return refusedCall(turn, call, judged?.verdict === 'refuse' ? judged.why : person);
      });
    case 'end':
      return ending({ turn, ...state }, move.why, move.detail);
  }
}

/** Who decides on a call whose approval has lapsed. */
export const NOBODY = 'nobody';
