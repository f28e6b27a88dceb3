import {
  chosen,
  failureOf,
  PATIENCE_MS,
  unknownObligations,
  type KitFailure,
  type KitOptions,
} from './check-transport.js';
import type { Obligation } from './obligation.js';
import type { TransportFactory } from './transport-factory.js';
import { tryObligation } from './try-obligation.js';

/** What Jest, Vitest and node:test have in common. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  /** `timeoutMs` is the bound of this test; a runner that has none leaves it out. */
  readonly it: (name: string, body: () => Promise<void>, timeoutMs?: number) => unknown;
}

/**
 * Registers one test for each obligation with a test runner. Give `notApplicable`, so that what is not tried stands in
 * the tests' names.
 */
export function describeTransport(
  name: string,
  factory: TransportFactory,
  options: KitOptions,
  { describe, it }: Runner,
): void {
  describe(name, () => {
    for (const obligation of chosen(options)) {
      it(`${obligation.id}: ${titleOf(obligation, options)}`, async () => {
        raise(
          failureOf(obligation, await tryObligation(factory, obligation, options.patienceMs ?? PATIENCE_MS), options),
        );
      });
    }
    for (const failure of unknownObligations(options)) {
      it(failure.obligation, async () => raise(failure));
    }
  });
}

function titleOf({ id, promise }: Obligation, { deviations, notApplicable }: KitOptions): string {
  const deviation = deviations.find((listed) => listed.obligation === id);
  if (deviation !== undefined) return `deviates (${deviation.reason}): ${promise}`;
  return notApplicable?.includes(id) === true ? `does not apply: ${promise}` : promise;
}

function raise(failure: KitFailure | undefined): void {
  if (failure !== undefined) throw new Error(`${failure.obligation}: ${failure.problem}`, { cause: failure.error });
}
