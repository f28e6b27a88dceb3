import { statesOf, type RecordedSaga } from '../definition/recorded-sagas.js';
import type { SagaPlan } from '../definition/saga.js';
import { planFor } from '../definition/versions.js';

type RecordedState = ReturnType<typeof statesOf>[number];

/** The seed of a run, to repeat it, and how often it tries. */
interface TrialOptions {
  readonly seed?: number;
  readonly runs?: number;
}

/**
 * Tries `read` with random data of a recorded version, and throws for what it can't read: `checkVersion` of
 * `@isolith/contracts/testing`, which needs fast-check.
 */
export type CheckVersion = (
  name: string,
  recorded: RecordedState,
  read: (saved: unknown) => unknown,
  options: TrialOptions,
) => void;

/**
 * Holds sagas to what a golden file says of them: a state that was saved in any version that the file has, and whose
 * sagas are still moved, is read by the definition that goes on with it. Tried with random states of those versions.
 * Throws what `check` throws for the first that can't be read.
 */
export function checkRecordedSagas(
  sagas: readonly { readonly plan: SagaPlan }[],
  recorded: readonly RecordedSaga[],
  check: CheckVersion,
  options: TrialOptions = {},
): void {
  for (const { plan } of sagas) {
    const known = recorded.find(({ name }) => name === plan.name);
    for (const state of known === undefined ? [] : statesOf(known)) {
      const goesOn = planFor(plan, state.version);
      if (goesOn === undefined) continue;
      const read = (saved: unknown): unknown =>
        goesOn.version === state.version ? goesOn.checkState(saved) : goesOn.upcast(saved, state.version);
      check(plan.name, state, read, options);
    }
  }
}
