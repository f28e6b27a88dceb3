import type { RunEnd, RunEntry } from './run-entry.js';
import type { RunCall, RunState } from './run-state.js';

/**
 * Ends a run: every call that has no result gets one, so that the history stays one that a model takes. A call that may
 * have been sent ends as unknown, for whether it had its effect is not known here.
 */
export function ending(state: RunState, why: RunEnd, detail?: string): RunEntry[] {
  const open = state.calls.filter(({ result }) => result === undefined);
  return [
    ...open.map((call) => neverCalled(state.turn, call)),
    { kind: 'ended', why, ...(detail === undefined ? {} : { detail }) },
  ];
}

function neverCalled(turn: number, { index, use, judged, decided }: RunCall): RunEntry {
  const begun = judged?.verdict === 'run' || (judged?.verdict === 'approve' && decided?.approved === true);
  const content = begun
    ? { error: 'stopped', detail: 'It may have been called; whether it had its effect is not known.' }
    : { error: 'stopped', detail: 'It was not called.' };
  return {
    kind: 'called',
    turn,
    index,
    tool: use.name,
    outcome: begun ? 'unknown' : 'stopped',
    content: JSON.stringify(content),
    untrusted: false,
  };
}

/** What the model is told of a call that a person, or a policy, did not want. */
export const refusedCall = (turn: number, { index, use }: RunCall, detail: string): RunEntry => ({
  kind: 'called',
  turn,
  index,
  tool: use.name,
  outcome: 'refused',
  content: JSON.stringify({ error: 'refused', detail }),
  untrusted: false,
});
