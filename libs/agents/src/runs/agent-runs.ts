import type { Agent } from '../agent/agent.js';
import type { KeptEntry, RunEnd } from '../run/run-entry.js';

/** `moving`: the host is at it; `waiting`: a person has to decide; `resting`: until its user says something. */
export type RunStatus = 'moving' | 'waiting' | 'resting';

/** A call that waits for its user's approval. */
export interface OpenApproval {
  readonly id: string;
  readonly tool: string;
  readonly title: string;
  readonly input: unknown;
  readonly why: string;
  readonly preview?: unknown;
  /** RFC 3339: afterwards it counts as refused. */
  readonly until: string;
}

/** A run as it stands. */
export interface RunView {
  readonly id: string;
  readonly agent: string;
  readonly owner: string;
  readonly status: RunStatus;
  /** Why it rests. */
  readonly end?: { readonly why: RunEnd; readonly detail?: string };
  /** Of its last entry. */
  readonly seq: number;
  /** RFC 3339. */
  readonly beganAt: string;
  readonly changedAt: string;
  readonly turns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Millionths of the currency of the agent's prices, with what is reserved. */
  readonly money: number;
  readonly approvals: readonly OpenApproval[];
}

/** The agent runs of one context, as its handlers use them. Whose a run is, the caller says and this checks. */
export abstract class AgentRuns {
  /** Begins a run, which rests until something is said. In the open unit, where one is. Repeating is harmless. */
  abstract begin(agent: Agent, id: string, owner: string): Promise<void>;

  /**
   * Says something to a run of this owner and returns the entry's number: one that moves takes it in with its next
   * turn. `key`: said twice under one key it is said once. Undefined when there is no such run of theirs.
   */
  abstract say(id: string, owner: string, text: string, key: string): Promise<number | undefined>;

  /** Nothing more is begun; what was begun ends as unknown. False when there is no such run of theirs. */
  abstract stop(id: string, owner: string): Promise<boolean>;

  /** Decides on a call that waits: once, and by the run's owner alone. */
  abstract decide(
    id: string,
    owner: string,
    approval: string,
    decision: { readonly approved: boolean; readonly note?: string },
  ): Promise<'decided' | 'decided-before' | 'over' | 'not-found'>;

  abstract view(id: string, owner: string): Promise<RunView | undefined>;

  /** Newest first; of one owner, or of all. */
  abstract list(
    owner: string | undefined,
    page: { readonly limit: number; readonly before?: { readonly at: string; readonly id: string } },
  ): Promise<readonly RunView[]>;

  /** What happened to a run after the entry `after`, in order. */
  abstract entries(id: string, owner: string, after: number, limit: number): Promise<readonly KeptEntry[]>;
}
