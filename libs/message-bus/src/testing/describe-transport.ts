import { failureOf, tryObligation, unknownObligations, type KitFailure, type KitOptions } from './check-transport.js';
import type { TransportFactory } from './transport-factory.js';
import { transportObligations } from './transport-obligations.js';

/** What Jest, Vitest and node:test have in common. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/** Registers one test for each obligation with a test runner. */
export function describeTransport(name: string, factory: TransportFactory, { deviations, patienceMs = 10_000 }: KitOptions, { describe, it }: Runner): void {
  describe(name, () => {
    for (const obligation of transportObligations) {
      const deviation = deviations.find((listed) => listed.obligation === obligation.id);
      const title = deviation === undefined ? obligation.promise : `deviates (${deviation.reason}): ${obligation.promise}`;
      it(`${obligation.id}: ${title}`, async () => raise(failureOf(obligation, await tryObligation(factory, obligation, patienceMs), deviation)));
    }
    for (const failure of unknownObligations(deviations.map(({ obligation }) => obligation), 'a deviation names')) {
      it(failure.obligation, async () => raise(failure));
    }
  });
}

function raise(failure: KitFailure | undefined): void {
  if (failure !== undefined) throw new Error(`${failure.obligation}: ${failure.problem}`, { cause: failure.error });
}
