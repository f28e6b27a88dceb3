import { contractOf } from '@isolith/contracts';
import type { SagaPlan } from '../../definition/saga.js';
import type { ArrivedSignal } from '../../store/saga-signals.js';

/** The event that a step waits for, as it arrives. */
export type TrialEvents = ReadonlyMap<string, ArrivedSignal>;

/**
 * Which of the given events is that of which step: of several of one contract the first is the first step's, and the
 * last is that of all that are left.
 * @throws {Error} that names a step without one
 * @throws {TypeError | ContractViolationError} for what no context could have recorded
 */
export function trialEvents({ steps }: SagaPlan, given: readonly object[]): TrialEvents {
  const signals = given.map(arrived);
  const taken = new Map<string, number>();
  return new Map(
    steps.flatMap(({ name, wait }) => {
      const contract = wait?.event?.contract?.name;
      if (contract === undefined) return [];
      const nth = taken.get(contract) ?? 0;
      taken.set(contract, nth + 1);
      const fitting = signals.filter((signal) => signal.contract === contract);
      const signal = fitting[nth] ?? fitting.at(-1);
      if (signal === undefined)
        throw new Error(`step ${name} waits for ${contract}, and no such event is given: events: [new …]`);
      return [[name, { ...signal, id: `event of ${name}` }] as const];
    }),
  );
}

function arrived(event: object): Omit<ArrivedSignal, 'id'> {
  const contract = contractOf(event);
  if (contract?.kind !== 'event')
    throw new TypeError(`${event.constructor.name} is not an event with a contract: only such can be waited for`);
  const data = contract.copyInput(event);
  return { contract: contract.name, key: String(data[contract.key]), schemaVersion: contract.version, data };
}
