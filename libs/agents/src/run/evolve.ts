import type { ToolUse } from '../model/model-message.js';
import { nextMessage } from './history.js';
import type { KeptEntry, RunEntry } from './run-entry.js';
import { newRun, waitsForPerson, type RunCall, type RunState } from './run-state.js';

type Entry<K extends RunEntry['kind']> = Extract<RunEntry, { kind: K }>;

/** A run after one more entry. Entries of another turn than the last change nothing but what was used. */
export function evolve(state: RunState, { seq, at, entry }: KeptEntry): RunState {
  const atMs = Date.parse(at);
  const next = { ...after(state, entry, seq, atMs), seq };
  return timed(next, atMs);
}

/** What entries come to. */
export const runOf = (entries: readonly KeptEntry[], from: RunState = newRun): RunState => entries.reduce(evolve, from);

function after(state: RunState, entry: RunEntry, seq: number, atMs: number): RunState {
  switch (entry.kind) {
    case 'said':
      return {
        ...state,
        said: [...state.said, { seq, text: entry.text }],
        since: { turn: state.turn, atMs, waitedMs: 0 },
        // Waiting is counted anew from here.
        waitingSinceMs: state.waitingSinceMs === undefined ? undefined : atMs,
        failed: state.end === undefined ? state.failed : newRun.failed,
        end: undefined,
      };
    case 'asked': {
      const { turn, attempt, upTo, tokens, money } = entry;
      const asking = { turn, attempt, upTo, tokens, money, atMs };
      return { ...state, turn, asking, used: added(state.used, { tokens, money }) };
    }
    case 'unanswered':
      return {
        ...state,
        turn: entry.turn,
        asking: undefined,
        failed: { attempts: entry.attempt, rejected: entry.rejected },
      };
    case 'answered':
      return answered(state, entry);
    case 'judged':
      return judged(state, entry, atMs);
    case 'decided': {
      const { approved, note } = entry;
      return changed(state, entry, (call) => ({
        ...call,
        // The first decision counts.
        decided: call.decided ?? { approved, ...(note === undefined ? {} : { note }) },
      }));
    }
    case 'called': {
      const { outcome, content, untrusted } = entry;
      const failed = outcome !== 'done';
      const withResult = changed(state, entry, (call) => ({
        ...call,
        result: call.result ?? { type: 'tool-result', id: call.use.id, content, failed },
      }));
      return { ...withResult, untrusted: state.untrusted || untrusted };
    }
    case 'ended': {
      const { why, detail } = entry;
      return { ...state, asking: undefined, end: { why, ...(detail === undefined ? {} : { detail }) } };
    }
  }
}

/** The answer and what it answers become part of the history; its calls are what is due. */
function answered(state: RunState, { turn, attempt, content, stop, usage, money }: Entry<'answered'>): RunState {
  const { asking } = state;
  if (asking?.turn !== turn || asking.attempt !== attempt) return state;
  const uses = stop === 'tools' ? content.filter((block): block is ToolUse => block.type === 'tool-use') : [];
  const { inputTokens, outputTokens } = usage;
  return {
    ...state,
    messages: [...state.messages, nextMessage(state, asking.upTo), { role: 'assistant', content }],
    said: state.said.filter(({ seq }) => seq > asking.upTo),
    calls: uses.map((use, index) => ({ index, use })),
    stop,
    asking: undefined,
    failed: newRun.failed,
    used: added(state.used, {
      inputTokens,
      outputTokens,
      tokens: inputTokens + outputTokens - asking.tokens,
      money: money - asking.money,
    }),
  };
}

function judged(state: RunState, entry: Entry<'judged'>, atMs: number): RunState {
  const { verdict, why, approval, tool } = entry;
  const next = changed(state, entry, (call) => ({
    ...call,
    judged: { verdict, why, atMs, ...(approval === undefined ? {} : { approval }) },
  }));
  if (verdict === 'refuse') return next;
  const calls = (state.callsOfTool.get(tool) ?? 0) + 1;
  return { ...next, callsOfTool: new Map([...state.callsOfTool, [tool, calls]]) };
}

function changed(
  state: RunState,
  { turn, index }: { readonly turn: number; readonly index: number },
  change: (call: RunCall) => RunCall,
): RunState {
  if (turn !== state.turn) return state;
  return { ...state, calls: state.calls.map((call) => (call.index === index ? change(call) : call)) };
}

/** Time that passes while a person has to decide is not the run's. */
function timed(state: RunState, atMs: number): RunState {
  const waits = state.end === undefined && state.calls.some(waitsForPerson);
  const { waitingSinceMs, since } = state;
  if (waits === (waitingSinceMs !== undefined)) return state;
  if (waitingSinceMs === undefined) return { ...state, waitingSinceMs: atMs };
  const waitedMs = since.waitedMs + Math.max(0, atMs - waitingSinceMs);
  return { ...state, waitingSinceMs: undefined, since: { ...since, waitedMs } };
}

const added = (used: RunState['used'], more: Partial<RunState['used']>): RunState['used'] => ({
  inputTokens: used.inputTokens + (more.inputTokens ?? 0),
  outputTokens: used.outputTokens + (more.outputTokens ?? 0),
  tokens: used.tokens + (more.tokens ?? 0),
  money: used.money + (more.money ?? 0),
});
