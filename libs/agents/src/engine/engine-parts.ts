import type { Agent } from '../agent/agent.js';
import type { Model } from '../model/model.js';
import type { RunPrincipals } from '../runs/run-principals.js';
import type { Approvals } from '../store/approvals.js';
import type { DayUse } from '../store/day-use.js';
import type { RunLeases } from '../leases/run-leases.js';
import type { RunSaves } from '../store/run-saves.js';
import type { GovernedTools } from './governed-tools.js';

/** Where an engine says what nobody hears as an answer. Nothing that was said in a run is among it. */
export interface RunLog {
  warn(entry: object): void;
  error(entry: object): void;
}

/** Bounds of the runs of one context. */
export interface AgentEngineOptions {
  /** Runs that are moved at once, 1 to 10,000; the others wait in the table. Default 64. */
  readonly concurrency?: number;
  /** Milliseconds between looks at the table when nothing else wakes the engine, 1 to 600,000. Default 5,000. */
  readonly pollMs?: number;
  /** How long one attempt to ask the model may take, in milliseconds. Default 120,000. */
  readonly askWithinMs?: number;
  /** Yields [0, 1); the jitter of pauses. */
  readonly random?: () => number;
  /** Waits; replaced where a spec must not. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What `AgentEngine` works with. */
export interface AgentEngineParts {
  readonly context: string;
  /** By name. */
  readonly agents: ReadonlyMap<string, Agent>;
  readonly model: Model;
  readonly tools: GovernedTools;
  readonly principals: RunPrincipals;
  readonly saves: Pick<RunSaves, 'save'>;
  readonly leases: Pick<RunLeases, 'terms' | 'claim' | 'read' | 'renew' | 'putOff' | 'giveBack' | 'outlook'>;
  readonly approvals: Pick<Approvals, 'open' | 'take' | 'lapse'>;
  readonly use: Pick<DayUse, 'reserve' | 'settle'>;
  readonly log: RunLog;
  /** Aborts when the host begins to stop: nothing is begun from then on. */
  readonly draining?: AbortSignal;
  /** False while other hosts can't take what this one sends: then runs are left to them. Default: always true. */
  readonly mayLead?: () => boolean;
}
