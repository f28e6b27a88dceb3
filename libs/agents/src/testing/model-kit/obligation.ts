import type { Trial } from './trial.js';

/** One thing that a model owes to everybody who asks it. */
export interface ModelObligation {
  /** Stable: deviations name it. */
  readonly id: string;
  readonly promise: string;
  /** It is about what becomes of requests on their way, and does not apply to a model without a provider. */
  readonly needsProvider?: true;
  /** Rejects when the model does not keep the promise. */
  run(trial: Trial): Promise<void>;
}

/** A promise that a model is known not to keep, and why that is acceptable. */
export interface ModelDeviation {
  readonly obligation: string;
  readonly reason: string;
}
