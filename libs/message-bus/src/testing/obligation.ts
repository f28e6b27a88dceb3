import type { Need } from './faults.js';
import type { Trial } from './trial.js';

/** One thing that a transport owes to everybody who sends or listens through it. */
export interface Obligation {
  /** Stable: deviations name it. */
  readonly id: string;
  readonly promise: string;
  /** What the factory must offer; without it the obligation does not apply. */
  readonly needs?: readonly Need[];
  /** Rejects when the transport does not keep the promise. */
  run(trial: Trial): Promise<void | 'not applicable'>;
}

/** A promise that a transport is known not to keep, and why that is acceptable. */
export interface Deviation {
  readonly obligation: string;
  readonly reason: string;
}
