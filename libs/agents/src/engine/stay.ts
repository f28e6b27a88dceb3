import type { Principal } from '@isolith/contracts';
import type { Agent } from '../agent/agent.js';
import type { RunEntry } from '../run/run-entry.js';
import type { RunState } from '../run/run-state.js';
import type { HeldRun } from '../store/run-rows.js';

/** One stay of a run at a host. */
export interface Stay {
  readonly run: HeldRun;
  readonly agent: Agent;
  readonly signal: AbortSignal;
  state: RunState;
  /** Calls that were due when it came here: whoever had it before may have made them. */
  readonly perhapsMade: { readonly turn: number; readonly indexes: readonly number[] };
  /** What happened and is not saved. */
  happened: readonly RunEntry[];
  pauseMs: number;
  /** Of the calls of this turn. */
  principal: Principal | undefined;
  /** The database's clock, as it was at `readAt` (performance.now()). */
  nowMs: number;
  readAt: number;
}

/** By the database's clock, as far as this host knows. */
export const timeOf = ({ nowMs, readAt }: Stay): number => Math.floor(nowMs + performance.now() - readAt);
