import { failureOf, tryModel, unknownObligations, type ModelKitFailure, type ModelKitOptions } from './check-model.js';
import type { ModelFactory } from './model-factory.js';
import { modelObligations } from './model-obligations.js';

/** What Jest, Vitest and node:test have in common. */
export interface ModelKitRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/** Registers one test for each obligation with a test runner. */
export function describeModel(
  name: string,
  factory: ModelFactory,
  options: ModelKitOptions,
  { describe, it }: ModelKitRunner,
): void {
  describe(name, () => {
    for (const obligation of modelObligations.filter(({ id }) => options.only?.includes(id) ?? true)) {
      const listed = options.deviations?.find((deviation) => deviation.obligation === obligation.id);
      const title = listed === undefined ? obligation.promise : `deviates (${listed.reason}): ${obligation.promise}`;
      it(`${obligation.id}: ${title}`, async () =>
        raise(failureOf(obligation, await tryModel(factory, obligation, options), listed)));
    }
    for (const failure of unknownObligations(options)) it(failure.obligation, async () => raise(failure));
  });
}

function raise(failure: ModelKitFailure | undefined): void {
  if (failure !== undefined) throw new Error(`${failure.obligation}: ${failure.problem}`, { cause: failure.error });
}
