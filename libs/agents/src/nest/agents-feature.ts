import type { InjectionToken, ModuleMetadata } from '@nestjs/common';
import type { Agent } from '../agent/agent.js';

/** Bounds of the runs of one context, and for how long they are kept. */
export interface AgentsFeatureOptions {
  /** Runs of the context that are moved at once by a host, 1 to 10,000; the others wait in the table. Default 64. */
  readonly concurrency?: number;
  /**
   * How long a run of a host that has stopped is left alone by the others, in milliseconds: 100 to 600,000. Default
   * 5,000.
   */
  readonly leaseMs?: number;
  /** Milliseconds between looks at the table when nothing else wakes the host, 1 to 600,000. Default 5,000. */
  readonly pollMs?: number;
  /** How long one attempt to ask the model may take, in milliseconds: 1 to 3,600,000. Default 120,000. */
  readonly askWithinMs?: number;
  /**
   * For how many days a run is kept, with all that was said in it, after it last changed: 1 to 36,500, and not below
   * the context's `retention.inboxDays`. Default 90, or `inboxDays` where that is more.
   */
  readonly keptDays?: number;
}

/** What a context's module states about its agents. */
export interface AgentsFeature extends Pick<ModuleMetadata, 'imports'> {
  /** Keeps the runs, and is whom they act as. */
  readonly context: string;
  /** Where its tables are, as its other modules state it (JournalFeature). */
  readonly schema?: string | undefined;
  readonly agents: readonly Agent[];
  /** Of a Model, which the `imports` export. */
  readonly model: InjectionToken;
  /** Of RunPrincipals, which the `imports` export. */
  readonly principals: InjectionToken;
  readonly options?: AgentsFeatureOptions;
}
