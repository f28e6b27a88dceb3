import { defaultLimits, type AgentLimits } from '../agent/agent.js';
import type { ModelBlock, ModelStop } from '../model/model-message.js';
import { runOf } from '../run/evolve.js';
import { nextMove, type Move } from '../run/next-move.js';
import type { KeptEntry, RunEntry } from '../run/run-entry.js';
import type { RunState } from '../run/run-state.js';

/** When the first entry of a run happens; each later one a second after the one before. */
export const BEGAN_MS = Date.UTC(2026, 4, 4, 9);

/** Entries as they are kept. */
export const kept = (...entries: readonly RunEntry[]): KeptEntry[] =>
  entries.map((entry, place) => ({ seq: place + 1, at: new Date(BEGAN_MS + place * 1_000).toISOString(), entry }));

/** A run to which this has happened. */
export const given = (...entries: readonly RunEntry[]): RunState => runOf(kept(...entries));

/** What is due a second after the last entry, or so many milliseconds after the first. */
export const due = (run: RunState, limits: Partial<AgentLimits> = {}, afterMs = run.seq * 1_000): Move =>
  nextMove(run, { limits: { ...defaultLimits, ...limits } }, BEGAN_MS + afterMs);

export const said = (text: string): RunEntry => ({ kind: 'said', by: 'ada', text });

export const asked = (turn: number, upTo: number, attempt = 1): RunEntry => ({
  kind: 'asked',
  turn,
  attempt,
  upTo,
  tokens: 100,
  money: 10,
});

export const unanswered = (turn: number, attempt = 1, rejected = false): RunEntry => ({
  kind: 'unanswered',
  turn,
  attempt,
  rejected,
  reason: 'it is away',
});

/** An answer that says a word, and calls these tools under the ids `turn-index`. */
export function answered(turn: number, uses: readonly string[] = [], stop?: ModelStop, attempt = 1): RunEntry {
  const calls = uses.map((name, index): ModelBlock => ({ type: 'tool-use', id: `${turn}-${index}`, name, input: {} }));
  const content: ModelBlock[] = [{ type: 'text', text: `answer ${turn}` }, ...calls];
  const usage = { inputTokens: 20, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return {
    kind: 'answered',
    turn,
    attempt,
    content,
    stop: stop ?? (uses.length > 0 ? 'tools' : 'done'),
    usage,
    money: 3,
  };
}

export const judged = (turn: number, index: number, verdict: 'run' | 'approve' | 'refuse'): RunEntry => ({
  kind: 'judged',
  turn,
  index,
  verdict,
  tool: 'tool',
  why: 'for a reason',
  ...(verdict === 'approve' ? { approval: `approval ${turn}-${index}` } : {}),
});

export const decided = (turn: number, index: number, approved: boolean): RunEntry => ({
  kind: 'decided',
  turn,
  index,
  approved,
  by: 'ada',
});

export const called = (turn: number, index: number, untrusted = false): RunEntry => ({
  kind: 'called',
  turn,
  index,
  untrusted,
  tool: 'tool',
  outcome: 'done',
  content: `"result ${turn}-${index}"`,
});
