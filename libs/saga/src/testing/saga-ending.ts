import type { Act } from '../operations/operated.js';
import type { SagaStatusName } from '../instance/progress.js';

/** Where a history has led. */
export interface SagaEnding<S> {
  readonly status: SagaStatusName;
  readonly state: S;
  /** What a person did on the way: what is skipped or taken over that person has to mend. */
  readonly acts: readonly Act[];
  /** The faults of this history, as a report prints them. */
  readonly faults: readonly string[];
}

/** What a user adds to the rules; it throws, or rejects, when something does not hold. */
export type AtEnd<S> = (ending: SagaEnding<S>) => void | Promise<void>;
