import type { Principal } from '@isolith/contracts';
import { derivedId, runAs } from '@isolith/message-bus';
import type { Agent } from '../agent/agent.js';
import type { RunEntry } from '../run/run-entry.js';
import type { RunCall, RunState } from '../run/run-state.js';
import type { HeldRun } from '../store/run-rows.js';
import type { AgentEngineParts } from './engine-parts.js';
import type { CallMade, Judged } from './governed-tools.js';

/** Of one run at once; the others of an answer wait for one of them. */
const CALLS_AT_ONCE = 8;
/** How often a call is made whose outcome is not known, or that may go better. */
const MOST_TRIES = 3;
const FIRST_PAUSE_MS = 250;

/** The id of what a call sends: however often it is made, and by whichever host. */
export const callId = (run: string, turn: number, index: number): string =>
  derivedId(`agent:${run}`, `${turn}.${index}`);

/** The id of the approval that a call waits for. */
export const approvalId = (run: string, turn: number, index: number): string =>
  derivedId(`agent:${run}`, `approval.${turn}.${index}`);

/** Of which calls are made, and as whom. */
export interface CallsOfTurn {
  readonly run: HeldRun;
  readonly agent: Agent;
  readonly turn: number;
  /** Calls that a host before this one may have made. */
  readonly perhapsMade: readonly number[];
  readonly principal: Principal;
  readonly signal: AbortSignal;
}

/** Judges and makes the calls that an answer asks for. */
export class MakeCalls {
  constructor(
    private readonly parts: Pick<AgentEngineParts, 'context' | 'tools' | 'log'>,
    private readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>,
  ) {}

  /** One after the other: each counts for the next. */
  async judge(
    run: HeldRun,
    agent: Agent,
    state: RunState,
    calls: readonly RunCall[],
    principal: Principal,
  ): Promise<RunEntry[]> {
    const { turn, untrusted } = state;
    const counts = new Map(state.callsOfTool);
    const entries: RunEntry[] = [];
    for (const { index, use } of calls) {
      const tool = use.name;
      const callsOfTool = counts.get(tool) ?? 0;
      const { verdict, why, preview } =
        index >= agent.limits.toolsPerTurn
          ? {
              verdict: 'refuse' as const,
              why: `no more than ${agent.limits.toolsPerTurn} calls at once`,
              preview: undefined,
            }
          : await this.asRun(run, principal, () =>
              this.parts.tools.judge({
                agent,
                use,
                principal,
                untrusted,
                callsOfTool,
                id: callId(run.id, turn, index),
              }),
            ).catch((error: unknown) => this.unjudged(run, tool, error));
      if (verdict !== 'refuse') counts.set(tool, callsOfTool + 1);
      const approval = verdict === 'approve' ? { approval: approvalId(run.id, turn, index) } : {};
      const shown = preview === undefined ? {} : { preview };
      entries.push({ kind: 'judged', turn, index, tool, verdict, why, ...approval, ...shown });
    }
    return entries;
  }

  /**
   * Makes calls side by side, and resolves with what became of each, in their order.
   *
   * @throws the signal's reason, when the run is not this host's any more: what was sent may have its effect, and
   * whoever has the run now sends it again under the same id
   */
  async make(around: CallsOfTurn, calls: readonly RunCall[]): Promise<RunEntry[]> {
    const { turn, signal } = around;
    const entries: RunEntry[] = [];
    const waiting = calls.map((call, place) => ({ call, place }));
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { index, use } = next.call;
        const { outcome, content, untrusted } = await this.one(around, next.call);
        entries[next.place] = { kind: 'called', turn, index, tool: use.name, outcome, content, untrusted };
      }
    };
    await Promise.all(Array.from({ length: Math.min(CALLS_AT_ONCE, calls.length) }, lane));
    signal.throwIfAborted();
    return entries;
  }

  private async one(
    { run, agent, turn, perhapsMade, principal, signal }: CallsOfTurn,
    { index, use, judged }: RunCall,
  ): Promise<CallMade> {
    const id = callId(run.id, turn, index);
    // The approval was taken with the save before this.
    const approved = judged?.verdict === 'approve';
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      const made = await this.asRun(run, principal, () =>
        this.parts.tools.call({ agent, use, id, principal, approved, signal, correlationId: run.id }),
      ).catch((error: unknown) => this.failed(run, use.name, error));
      const again = made.outcome === 'unknown' || made.retryable === true;
      // Refused now, by the roles of this moment: it may have been made before they changed.
      if (made.outcome === 'refused' && perhapsMade.includes(index)) return perhapsRefused(made);
      if (!again || tries >= MOST_TRIES) return made;
      await this.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1), signal);
    }
  }

  private unjudged(run: HeldRun, tool: string, error: unknown): Judged {
    this.parts.log.error({
      message: `a call of ${tool} could not be judged`,
      run: run.id,
      agent: run.agent,
      err: error,
    });
    return { verdict: 'refuse', why: 'It could not be judged.' };
  }

  private failed(run: HeldRun, tool: string, error: unknown): CallMade {
    this.parts.log.error({ message: `tool ${tool} failed`, run: run.id, agent: run.agent, err: error });
    const content = { error: 'unknown', detail: 'The call failed; whether it had its effect is not known.' };
    return { outcome: 'unknown', content: JSON.stringify(content), untrusted: false };
  }

  /** All that a run sends is found under its id. */
  private asRun<T>({ id }: HeldRun, principal: Principal, work: () => Promise<T>): Promise<T> {
    return runAs(this.parts.context, work, { principal, correlationId: id });
  }
}

const perhapsRefused = ({ content, untrusted }: CallMade): CallMade => ({
  outcome: 'unknown',
  content: JSON.stringify({ unknown: 'It was not made now. Whether it was made before is not known.', now: content }),
  untrusted,
});
