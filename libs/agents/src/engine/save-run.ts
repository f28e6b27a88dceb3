import type { Agent } from '../agent/agent.js';
import { amountOf, type Amount } from '../budget/price.js';
import { carriedOn, NOBODY, withEntries } from '../run/carried-on.js';
import { ending, refusedCall } from '../run/ending.js';
import { runOf } from '../run/evolve.js';
import { APPROVAL_MS, type Outward } from '../run/next-move.js';
import type { KeptEntry, RunEntry } from '../run/run-entry.js';
import type { RunCall, RunState } from '../run/run-state.js';
import type { UseOf } from '../store/day-use.js';
import type { HeldRun } from '../store/run-rows.js';
import { toolNamed } from '../tools/tools.js';
import type { RunSave } from '../store/run-saves.js';
import type { Due } from '../store/run-writes.js';
import type { Prepared } from './ask-model.js';
import type { AgentEngineParts } from './engine-parts.js';

/** What a host has to save of a run: where it was, and what happened since. */
export interface Unsaved {
  readonly state: RunState;
  readonly happened: readonly RunEntry[];
  /** The question that is to be asked next, if that is still what is due. */
  readonly prepared?: Prepared;
  /** Before it is moved again, in milliseconds; 0 when this host goes on with it. */
  readonly pauseMs: number;
  readonly hold: boolean;
}

/** A run as it was saved. */
export interface SavedRun extends RunSave {
  readonly move: Outward;
  /** Its attempt is recorded. */
  readonly asked: boolean;
  readonly nowMs: number;
}

/** The run's own budget, or that of a day, does not hold the next question. The unit that would ask rolls back. */
class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
}

/** The kinds that others than the holder write. */
const OF_OTHERS: readonly RunEntry['kind'][] = ['said', 'decided'];

/** Saves what happened to a run, and what follows from it, with all that others read of it: one unit. */
export class SaveRun {
  constructor(private readonly parts: Pick<AgentEngineParts, 'saves' | 'leases' | 'approvals' | 'use'>) {}

  /**
   * Undefined when the run is not this claim's any more: nothing was written. A question for which a budget does not
   * suffice ends the run instead.
   */
  async save(run: HeldRun, agent: Agent, unsaved: Unsaved): Promise<SavedRun | undefined> {
    try {
      return await this.once(run, agent, unsaved);
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      return this.once(run, agent, unsaved, error.message);
    }
  }

  private once(run: HeldRun, agent: Agent, unsaved: Unsaved, spent?: string): Promise<SavedRun | undefined> {
    const { saves, leases } = this.parts;
    return saves.save(run, unsaved.state.seq, leases.terms.holder, (others, nowMs) =>
      this.decide(run, agent, unsaved, others, nowMs, spent),
    );
  }

  /**
   * What becomes of the run, under the lock of its row:
   *
   *   with what others added, with what happened here --carried on--> somebody outside is needed
   *     a call --its approvals taken; without one it is refused--> may begin with the commit
   *     a question, the one that was prepared --reserved--> recorded, and may be asked with the commit
   *                                            '--does not fit--> all of it is rolled back; the run ends
   */
  private async decide(
    run: HeldRun,
    agent: Agent,
    unsaved: Unsaved,
    others: readonly KeptEntry[],
    nowMs: number,
    spent: string | undefined,
  ): Promise<SavedRun> {
    const { prepared } = unsaved;
    const fresh = runOf(others, unsaved.state);
    // Its own entries are there: the save before this one has come through, and only its answer was lost.
    const done = others.some(({ entry }) => !OF_OTHERS.includes(entry.kind));
    if (done && fresh.asking !== undefined) return saved([], fresh, { ...MOVES, inMs: 0 }, ASKS, true, nowMs);
    const happened = done ? [] : unsaved.happened;
    this.writeBeside(run, agent, fresh, happened);
    let { state, entries, move } = carriedOn(fresh, happened, agent, nowMs);
    const all = [...happened, ...entries];
    const refused = move.do === 'call' ? await this.refusedOf(run, state, move.calls) : [];
    if (refused.length > 0) {
      const next = carriedOn(state, refused, agent, nowMs);
      all.push(...refused, ...next.entries);
      ({ state, move } = next);
    }
    let asked = false;
    if (prepared !== undefined && isDue(move, prepared)) {
      const more = spent === undefined ? [prepared.entry] : ending(state, 'budget', spent);
      asked = spent === undefined;
      if (asked) await this.reserve(run, agent, prepared.amount, nowMs);
      all.push(...more);
      state = withEntries(state, more, nowMs);
      move = asked ? move : { do: 'rest' };
    }
    this.lapse(state, all);
    return saved(all, state, dueOf(move, unsaved, nowMs), move, asked, nowMs);
  }

  private async reserve(run: HeldRun, agent: Agent, amount: Amount, atMs: number): Promise<void> {
    const spent = await this.parts.use.reserve({ ...useOf(run), atMs }, amount, agent.limits);
    if (spent !== undefined) throw new BudgetSpent(spent);
  }

  /** What other tables have to know of what happened. */
  private writeBeside(run: HeldRun, agent: Agent, fresh: RunState, happened: readonly RunEntry[]): void {
    let state = fresh;
    for (const entry of happened) {
      if (entry.kind === 'answered' && state.asking !== undefined)
        this.parts.use.settle(
          { ...useOf(run), atMs: state.asking.atMs },
          state.asking,
          amountOf(agent.price, entry.usage),
        );
      state = withEntries(state, [entry], 0);
      if (entry.kind !== 'judged' || entry.approval === undefined) continue;
      const { turn, index, tool, why, approval: id, preview } = entry;
      const written = state.calls.find((call) => call.index === index)?.use.input;
      const input = shownInput(agent, tool, written);
      const { id: of, owner } = run;
      this.parts.approvals.open({ id, run: of, turn, index, owner, tool, input, written, why, preview }, APPROVAL_MS);
    }
  }

  /**
   * Takes the approvals of calls that are about to begin. What is not there was not given, whatever the entries say.
   */
  private async refusedOf(run: HeldRun, { turn }: RunState, calls: readonly RunCall[]): Promise<RunEntry[]> {
    const approved = calls.flatMap(({ index, use, judged }) =>
      judged?.verdict === 'approve'
        ? [{ id: judged.approval ?? '', run: run.id, turn, index, written: use.input }]
        : [],
    );
    if (approved.length === 0) return [];
    const taken = await this.parts.approvals.take(approved);
    const without = new Set(approved.filter(({ id }) => !taken.has(id)).map(({ index }) => index));
    return calls
      .filter(({ index }) => without.has(index))
      .map((call) => refusedCall(turn, call, 'There is no approval of it.'));
  }

  private lapse({ calls }: RunState, entries: readonly RunEntry[]): void {
    const ended = entries.some(({ kind }) => kind === 'ended');
    const lapsed = new Set(
      entries.flatMap((entry) => (entry.kind === 'decided' && entry.by === NOBODY ? [entry.index] : [])),
    );
    const ids = calls.flatMap(({ index, judged }) =>
      judged?.approval !== undefined && (ended || lapsed.has(index)) ? [judged.approval] : [],
    );
    this.parts.approvals.lapse(ids);
  }
}

const MOVES = { status: 'moving', hold: true } as const;
const ASKS: Outward = { do: 'ask', turn: 0, attempt: 0, upTo: 0 };

const saved = (
  entries: readonly RunEntry[],
  state: RunState,
  due: Due,
  move: Outward,
  asked: boolean,
  nowMs: number,
): SavedRun => ({ entries, state, due, move, asked, nowMs });

/** With what the contract adds to what the model wrote. */
const shownInput = (agent: Agent, tool: string, written: unknown): unknown =>
  toolNamed(agent.tools, tool)?.read(written) ?? written;

const useOf = ({ agent, owner }: HeldRun): Pick<UseOf, 'agent' | 'owner'> => ({ agent, owner });

const isDue = (move: Outward, { entry: { turn, attempt, upTo } }: Prepared): boolean =>
  move.do === 'ask' && move.turn === turn && move.attempt === attempt && move.upTo >= upTo;

function dueOf(move: Outward, { pauseMs, hold }: Unsaved, nowMs: number): Due {
  if (move.do === 'rest') return { status: 'resting' };
  if (move.do === 'wait') return { status: 'waiting', inMs: Math.max(0, move.untilMs - nowMs) };
  return { status: 'moving', inMs: pauseMs, hold: hold && pauseMs === 0 };
}
