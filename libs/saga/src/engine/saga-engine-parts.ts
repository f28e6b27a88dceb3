import type { NewerVersionError } from '@isolith/contracts';
import type { SagaRow } from '../instance/progress.js';
import type { SagaLeases } from '../leases/saga-leases.js';
import type { SagaLog } from '../instance/saga-log.js';
import type { SagaTable } from '../store/saga-table.js';
import type { Execute } from '../definition/step.js';

/** Bounds of the sagas of one context. */
export interface SagaEngineOptions {
  /** Sagas of the context that are moved at once, 1 to 10,000; the others wait in the table. Default 64. */
  readonly concurrency?: number;
  /**
   * Attempts that were no outage before a saga needs attention: of one compensation, of a step without an answer, of a
   * retriable step, of telling the failure. 1 to 1,000,000, default 12.
   */
  readonly compensationAttempts?: number;
  /**
   * Attempts of a step before the pivot that met nothing but an outage, before its saga needs attention. 1 to
   * 1,000,000, default 5,000: about a day, with pauses of up to 10 s and 10 s of waiting for each answer.
   */
  readonly outageAttempts?: number;
  /** Milliseconds between looks at the table when nothing else wakes the engine, 1 to 600,000. Default 5,000. */
  readonly pollMs?: number;
  /** Yields [0, 1); the jitter of pauses. */
  readonly random?: () => number;
}

/** A saga whose unit of work has not ended yet. */
export interface Expected {
  readonly held: boolean;
  /** Told once: with the saga when the unit committed, without when nothing of it is there. */
  readonly ended: (begun?: Begun) => void;
}

/** A saga as its unit inserted it, and how long ago that was. */
export interface Begun {
  readonly row: SagaRow;
  readonly ageMs: number;
}

/** What `SagaEngine` works with. */
export interface SagaEngineParts {
  readonly context: string;
  readonly table: Pick<SagaTable, 'save' | 'saveUnlessHeard' | 'putOff'>;
  readonly leases: Pick<
    SagaLeases,
    'terms' | 'claim' | 'held' | 'status' | 'renew' | 'giveBack' | 'outlook' | 'orphans'
  >;
  readonly execute: Execute;
  readonly log: SagaLog;
  /** Aborts when the host begins to stop: no further step is taken from then on. */
  readonly draining?: AbortSignal;
  /** False while other hosts can't take what this one sends: then sagas are left to them. Default: always true. */
  readonly mayLead?: () => boolean;
  /** Told each time of a saga that waits with an event of a newer version than this host reads. */
  readonly meetsNewer?: (error: NewerVersionError) => void;
}
