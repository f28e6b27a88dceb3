import { delegatePrincipal, tellable, type Principal } from '@isolith/contracts';
import { untilAborted } from '../model/until-aborted.js';
import { carriedOn } from '../run/carried-on.js';
import { ending } from '../run/ending.js';
import { runOf } from '../run/evolve.js';
import type { Outward } from '../run/next-move.js';
import type { RunEntry } from '../run/run-entry.js';
import { mayBeMade, type RunState } from '../run/run-state.js';
import type { HeldRun } from '../store/run-rows.js';
import { AskModel, type Prepared } from './ask-model.js';
import type { AgentEngineParts } from './engine-parts.js';
import { LeaseLostError } from '../leases/held-runs.js';
import { MakeCalls } from './make-calls.js';
import { pauseBeforeAsking } from './pauses.js';
import { SaveRun, type SavedRun } from './save-run.js';
import { timeOf, type Stay } from './stay.js';

export interface MoverParts extends Pick<
  AgentEngineParts,
  'context' | 'agents' | 'model' | 'tools' | 'principals' | 'saves' | 'leases' | 'approvals' | 'use' | 'log'
> {
  /** False as soon as nothing may be begun any more. */
  readonly goesOn: () => boolean;
  /** The run is at something else, and its lease was just extended if it was saved. */
  readonly at: (run: HeldRun, doing: string, saved: boolean) => void;
  readonly askWithinMs: number;
  /** How long a run waits that could not be moved, in milliseconds. */
  readonly putOffMs: number;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Why a run is not being moved any more. */
export type RunRest =
  | { readonly why: 'rests' | 'drained' | 'lost' | 'unreadable' }
  /** It is due again by then at the latest. */
  | { readonly why: 'paused'; readonly ms: number };

/** Milliseconds; each try waits twice as long as the one before. */
const SAVE_PAUSE_MS = 100;
/** An answer that has come was paid for, so a database that is gone for some seconds is waited for. */
const SAVE_TRIES = 8;

/**
 * Moves one run that this host holds:
 *
 *   read --> due --the question is made--> recorded and reserved --asked--> answered, or not
 *             |<--judged with its answer---------------------------------------------'|'--paused--> rest
 *             |--calls: saved with the answer, approvals taken--> made side by side--> due, with their results
 *             |--a person has to decide, it has answered, it is used up--> saved --> rest
 *             |--the host drains--> saved --> rest
 *             '--not this host's any more--> rest, nothing written
 *
 * What happened is saved with what is about to happen, so a turn with calls has two units. A stop of the process
 * between any two of them leaves the run to whoever claims it next: an attempt that was recorded counts as one without
 * an answer, and calls are made again under the same ids. When this host then goes on its signal aborts, or its save
 * finds another token.
 */
export class RunMover {
  private readonly asks: AskModel;
  private readonly calls: MakeCalls;
  private readonly saves: SaveRun;

  constructor(private readonly parts: MoverParts) {
    this.asks = new AskModel(parts.model, parts.askWithinMs, parts.log);
    this.calls = new MakeCalls(parts, parts.sleep);
    this.saves = new SaveRun(parts);
  }

  /** Never rejects. */
  async move(run: HeldRun, signal: AbortSignal): Promise<RunRest> {
    const { log, leases, putOffMs } = this.parts;
    try {
      // What minds no signal keeps nobody: it goes on unobserved, and its save finds another token.
      return await untilAborted(this.stay(run, signal), signal);
    } catch (error) {
      if (signal.aborted) return this.lost(run, signal);
      log.error({ message: 'a run could not be moved', run: run.id, agent: run.agent, err: tellable(error) });
      // Out of the way of the others; when even that fails it is the database, and all wait.
      return leases.putOff(run, putOffMs).then(
        (): RunRest => ({ why: 'paused', ms: putOffMs }),
        (): RunRest => ({ why: 'unreadable' }),
      );
    }
  }

  private async stay(run: HeldRun, signal: AbortSignal): Promise<RunRest> {
    const agent = this.parts.agents.get(run.agent);
    if (agent === undefined) throw new Error(`no agent ${run.agent} is declared in ${this.parts.context}`);
    const { entries, nowMs } = await this.parts.leases.read(run);
    const state = runOf(entries);
    const stay: Stay = {
      run,
      agent,
      signal,
      state,
      perhapsMade: { turn: state.turn, indexes: state.calls.filter(mayBeMade).map(({ index }) => index) },
      happened: [],
      pauseMs: 0,
      principal: undefined,
      nowMs,
      readAt: performance.now(),
    };
    for (;;) {
      signal.throwIfAborted();
      const seen = carriedOn(stay.state, stay.happened, agent, timeOf(stay));
      const rest = await this.next(stay, seen.state, seen.move);
      if (rest !== undefined) return rest;
    }
  }

  /** What is due is done, and saved where it must be. Undefined while there is more to do here. */
  private async next(stay: Stay, seen: RunState, move: Outward): Promise<RunRest | undefined> {
    if (!this.parts.goesOn() || stay.pauseMs > 0 || move.do === 'rest' || move.do === 'wait') return this.save(stay);
    if (move.do === 'ask') return this.ask(stay, seen, move);
    const principal = await this.principalOf(stay);
    if (principal === undefined) return this.save(stay);
    if (principal === 'gone') {
      stay.happened = [...stay.happened, ...ending(seen, 'stopped', 'Its user may do nothing any more.')];
      return undefined;
    }
    if (move.do === 'call') return this.call(stay, principal);
    const { run, agent } = stay;
    this.parts.at(run, 'judging calls', false);
    const judged = await this.calls.judge(run, agent, seen, move.calls, principal);
    stay.happened = [...stay.happened, ...judged];
    return undefined;
  }

  private async ask(
    stay: Stay,
    seen: RunState,
    move: Extract<Outward, { readonly do: 'ask' }>,
  ): Promise<RunRest | undefined> {
    const { agent, run, signal } = stay;
    this.parts.at(run, 'counting tokens', false);
    const prepared = await this.asks.prepare(agent, seen, move, signal);
    if (!('entry' in prepared)) return this.took(stay, prepared);
    const rest = await this.save(stay, prepared, async () => {
      this.parts.at(run, `asking the model, turn ${move.turn}`, true);
      await this.took(stay, await this.asks.ask(agent, prepared, signal));
    });
    return rest;
  }

  /** What came of a question is taken in; one without an answer is asked again after a pause. */
  private async took(
    stay: Stay,
    { entries, retryAfterMs }: { readonly entries: readonly RunEntry[]; readonly retryAfterMs?: number },
  ): Promise<undefined> {
    stay.happened = [...stay.happened, ...entries];
    stay.principal = undefined;
    const [last] = entries.toReversed();
    if (last?.kind === 'unanswered' && !last.rejected)
      stay.pauseMs = pauseBeforeAsking(last.attempt, retryAfterMs, this.parts.random);
  }

  private async call(stay: Stay, principal: Principal): Promise<RunRest | undefined> {
    const { run, agent, signal } = stay;
    return this.save(stay, undefined, async ({ move, state }) => {
      if (move.do !== 'call') return;
      this.parts.at(run, `calling ${move.calls.map(({ use }) => use.name).join(', ')}`, true);
      const { turn } = state;
      const perhapsMade = turn === stay.perhapsMade.turn ? stay.perhapsMade.indexes : [];
      stay.happened = await this.calls.make({ run, agent, turn, perhapsMade, principal, signal }, move.calls);
      stay.principal = undefined;
    });
  }

  /**
   * Saves, and goes on with `then` where the save is still what was meant; a run that its user has changed meanwhile is
   * looked at anew. Resolves with why it rests, once it does.
   */
  private async save(
    stay: Stay,
    prepared?: Prepared,
    then: (saved: SavedRun) => Promise<void> = async () => undefined,
  ): Promise<RunRest | undefined> {
    const { run, agent, state, happened, pauseMs } = stay;
    const hold = this.parts.goesOn();
    const unsaved = { state, happened, pauseMs, hold, ...(prepared === undefined || !hold ? {} : { prepared }) };
    const saved = await this.saveAgain(stay, () => this.saves.save(run, agent, unsaved));
    if (saved === undefined) return this.lost(run, stay.signal);
    const { due } = saved;
    Object.assign(stay, { state: saved.state, happened: [], nowMs: saved.nowMs, readAt: performance.now() });
    if (due.status === 'resting') return { why: 'rests' };
    if (due.status === 'waiting') return { why: 'paused', ms: due.inMs };
    if (!due.hold) return pauseMs > 0 ? { why: 'paused', ms: due.inMs } : { why: 'drained' };
    this.parts.at(run, 'its next move', true);
    if (saved.asked || saved.move.do === 'call') await then(saved);
    return undefined;
  }

  private async saveAgain<T>(stay: Stay, save: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await save();
      } catch (error) {
        if (tries >= SAVE_TRIES || stay.happened.length === 0 || stay.signal.aborted) throw error;
        const { id, agent } = stay.run;
        this.parts.log.warn({
          message: 'what happened to a run could not be saved yet',
          run: id,
          agent,
          err: tellable(error),
        });
        await this.parts.sleep(SAVE_PAUSE_MS * 2 ** (tries - 1), stay.signal);
      }
    }
  }

  /** Whom the calls of this turn are made as. Undefined: that can't be known now, and the run has to wait. */
  private async principalOf(stay: Stay): Promise<Principal | 'gone' | undefined> {
    if (stay.principal !== undefined) return stay.principal;
    const { owner, id, agent } = stay.run;
    this.parts.at(stay.run, 'asking for the roles of its user', false);
    try {
      const roles = await this.parts.principals.rolesOf(owner);
      if (roles === undefined) return 'gone';
      stay.principal = delegatePrincipal(this.parts.context, { user: owner, roles });
      return stay.principal;
    } catch (error) {
      const message = 'the roles of the user of a run are not known; it waits';
      this.parts.log.warn({ message, run: id, agent, err: tellable(error) });
      stay.pauseMs = this.parts.putOffMs;
      return undefined;
    }
  }

  private lost({ id, agent }: HeldRun, { aborted, reason }: AbortSignal): RunRest {
    const stopped = aborted && !(reason instanceof LeaseLostError);
    if (!stopped)
      this.parts.log.warn({
        message: 'a run was stopped or taken over while this host was at it; nothing was written',
        run: id,
        agent,
      });
    return { why: 'lost' };
  }
}
