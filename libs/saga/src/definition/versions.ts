import { chainProblems } from '@isolith/contracts';
import type { SagaPlan } from './saga.js';

/** A version of a definition that a host can move sagas of. */
export interface KnownSaga {
  readonly name: string;
  readonly version: number;
}

/** A definition and all its former ones, the newest first. */
export const versionsOf = (plan: SagaPlan): readonly SagaPlan[] => [plan, ...plan.former.flatMap(versionsOf)];

/**
 * Versions whose sagas a host with these definitions moves: they finish on their own, or move on to one that has an
 * upcaster for them.
 */
export const knownVersions = (plans: readonly SagaPlan[]): readonly KnownSaga[] =>
  plans.flatMap((newest) => {
    const versions = versionsOf(newest).flatMap(({ version, upcasters }) => [
      version,
      ...upcasters.map(({ from }) => from),
    ]);
    return [...new Set(versions)].map((version) => ({ name: newest.name, version }));
  });

/** The definition that a saga of this version goes on with: its own, or the one that it moves on to. */
export function planFor(newest: SagaPlan, version: number): SagaPlan | undefined {
  const all = versionsOf(newest);
  return (
    all.find((plan) => plan.version === version) ??
    all.find(({ upcasters }) => upcasters.some(({ from }) => from === version))
  );
}

/** What is wrong with the former versions of one definition and with what leads from them to it, as sentences. */
export function versionProblems({ name, version, former, upcasters }: SagaPlan): readonly string[] {
  const older = former.flatMap(versionsOf);
  const froms = upcasters.map(({ from }) => from);
  return [
    ...former.filter((each) => each.name !== name).map((each) => `its former definition is called ${each.name}`),
    ...former
      .filter((each) => each.version >= version)
      .map((each) => `its former definition has version ${each.version}, which is not below ${version}`),
    ...twice(older.map((each) => each.version)).map((each) => `two former definitions have version ${each}`),
    // Older sagas finish on a former definition, or there are none.
    ...chainProblems(upcasters, version, Math.min(version, ...froms)),
    ...older
      .filter((each) => froms.includes(each.version))
      .map(
        (each) =>
          `version ${each.version} is a former definition and has an upcaster: its sagas finish on the one or move on by the other`,
      ),
  ];
}

const twice = (numbers: readonly number[]): readonly number[] => [
  ...new Set(numbers.filter((number, index) => numbers.indexOf(number) !== index)),
];
