import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultLimits } from '../agent/agent.js';
import type { ModelMessage } from '../model/model-message.js';
import { answered, asked, BEGAN_MS, called, decided, judged, said, unanswered } from '../spec-support/given-run.js';
import { unlawful } from '../spec-support/lawful.js';
import { carriedOn, withEntries } from './carried-on.js';
import { ending } from './ending.js';
import { historyFor } from './history.js';
import type { RunEntry } from './run-entry.js';
import { newRun, waitsForPerson, type RunState } from './run-state.js';

const agent = { limits: { ...defaultLimits, turns: 5 } };
const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);

/** Something that happens to a run, chosen by numbers: whatever they are, it is lawful. */
class Life {
  state: RunState = newRun;
  entries = 0;
  readonly faults: string[] = [];
  readonly said: string[] = [];
  private nowMs = BEGAN_MS;
  private before: readonly ModelMessage[] = [];

  step([what, how, much]: readonly [number, number, number]): void {
    this.nowMs += how === 7 ? 3_600_000 * much : 500;
    const waiting = this.state.calls.find(waitsForPerson);
    if (what === 0) this.happen(said(`said ${this.entries}`));
    else if (what === 1 && this.state.end === undefined) this.happen(...ending(this.state, 'stopped'));
    else if (what === 2 && waiting !== undefined) this.happen(decided(this.state.turn, waiting.index, how % 2 === 0));
    else this.move(how, much);
  }

  private move(how: number, much: number): void {
    const { entries, move } = carriedOn(this.state, [], agent, this.nowMs);
    this.happen(...entries);
    if (move.do === 'judge') {
      const verdicts = ['run', 'approve', 'refuse'] as const;
      for (const { index } of move.calls)
        this.happen(judged(this.state.turn, index, verdicts[(how + index) % 3] ?? 'run'));
    }
    // Of calls that were made perhaps one alone is told: the process ended before the others were.
    if (move.do === 'call')
      for (const { index } of move.calls.slice(0, how === 0 ? 1 : undefined))
        this.happen(called(this.state.turn, index));
    if (move.do !== 'ask') return;
    this.look(move.upTo);
    const { turn, attempt, upTo } = move;
    this.happen(asked(turn, upTo, attempt));
    if (much === 1) this.happen(said(`meanwhile ${this.entries}`));
    if (how === 0) return;
    const tools = Array.from({ length: much % 4 }, () => 'tool');
    if (how === 1) this.happen(unanswered(turn, attempt));
    else if (how === 2) this.happen(answered(turn, [], 'paused', attempt));
    else if (how === 3) this.happen(answered(turn, [], 'length', attempt));
    else this.happen(answered(turn, tools, undefined, attempt));
  }

  /** What the model is asked with is lawful, and what it was asked with before is where it was. */
  look(upTo: number): void {
    const history = historyFor(this.state, upTo);
    const fault = unlawful(history);
    if (fault !== undefined) this.faults.push(fault);
    if (this.before.some((message, place) => history[place] !== message)) this.faults.push('the past has changed');
    this.before = this.state.messages;
  }

  /** What of it the model hears, in order. */
  heard(): readonly string[] {
    const blocks = historyFor(this.state, this.state.seq).flatMap(({ role, content }) =>
      role === 'user' ? content : [],
    );
    return blocks.flatMap((block) => (block.type === 'text' && block.text !== 'Go on.' ? [block.text] : []));
  }

  private happen(...entries: readonly RunEntry[]): void {
    this.entries += entries.length;
    this.said.push(...entries.flatMap((entry) => (entry.kind === 'said' ? [entry.text] : [])));
    this.state = withEntries(this.state, entries, this.nowMs);
  }
}

const step = fc.tuple(fc.nat(5), fc.nat(7), fc.nat(40));

describe(`whatever happens to a run (FC_SEED=${seed})`, () => {
  it('its history is one that a strict model takes, and only grows', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const life = new Life();
        life.step([0, 0, 0]);
        for (const each of steps) life.step(each);
        life.step([1, 0, 0]);
        life.step([0, 0, 0]);
        life.look(life.state.seq);
        expect(life.faults).toEqual([]);
        expect(life.state.seq).toBe(life.entries);
        expect(life.heard()).toEqual(life.said);
        // What is used is never less than what the answers say.
        const { inputTokens, outputTokens, tokens } = life.state.used;
        expect(tokens).toBeGreaterThanOrEqual(inputTokens + outputTokens);
      }),
      { seed, numRuns: 300 },
    );
  });
});
