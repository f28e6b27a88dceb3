import { compareSchemas, type ContractChange, type FormerVersion, type JsonSchema } from '@isolith/contracts';
import { z } from 'zod';
import type { PlannedStep, SagaPlan } from './saga.js';
import { knownVersions } from './versions.js';

/** A definition as plain data: what a golden file holds of it. */
export interface RecordedSaga {
  readonly name: string;
  readonly version: number;
  /** The versions whose sagas it moves: its own, those in `former`, those that it has an upcaster for. */
  readonly moves: readonly number[];
  /** In order, with their kind, and the group of those that have one. */
  readonly steps: readonly string[];
  readonly state: JsonSchema;
  /** How the state was saved in the versions that were recorded before; the oldest first. */
  readonly former?: readonly FormerVersion[];
}

interface Declared {
  readonly plan: SagaPlan;
}

/** What a golden file is to hold after these sagas were released; `previous` is what it held. Sorted by name. */
export function recordSagas(previous: readonly RecordedSaga[], sagas: readonly Declared[]): readonly RecordedSaga[] {
  return sagas
    .map(({ plan }) => {
      const known = previous.find(({ name }) => name === plan.name);
      const former = (known === undefined ? [] : statesOf(known)).filter(({ version }) => version < plan.version);
      return { ...described(plan), ...(former.length === 0 ? {} : { former }) };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What changed between two sets of sagas. Unfinished ones are saved when a release comes, and hosts of both releases
 * move them while it does: what changes gets a version of its own, with a way for those that the last one began. What
 * breaks says what to write.
 */
export function compareSagas(
  previous: readonly RecordedSaga[],
  current: readonly RecordedSaga[],
): readonly ContractChange[] {
  const gone = previous
    .filter(({ name }) => !current.some((now) => now.name === name))
    .map(({ name }) => change(name, '', 'the saga is gone; those that are unfinished rest for ever', true));
  return [
    ...gone,
    ...current.flatMap((now) => {
      const before = previous.find(({ name }) => name === now.name);
      return before === undefined ? [change(now.name, '', 'the saga is new', false)] : compareSaga(before, now);
    }),
  ];
}

/** Each version of the state that a golden file has, the newest last. */
export const statesOf = ({ former = [], version, state }: RecordedSaga): readonly FormerVersion[] => [
  ...former,
  { version, input: state },
];

function compareSaga(before: RecordedSaga, now: RecordedSaga): readonly ContractChange[] {
  const { name, version } = now;
  const was = before.version;
  const said = (what: string, breaking: boolean): ContractChange => change(name, 'version', what, breaking);
  if (version < was) return [said(`was ${was}, is ${version}: nobody moves those that version ${was} began`, true)];
  const abandoned = before.moves
    .filter((from) => from !== was && !now.moves.includes(from))
    .map((from) =>
      said(
        `version ${version} no longer moves those that version ${from} began, of which some may be unfinished: ${wayFrom(from)}`,
        true,
      ),
    );
  if (version > was)
    return [
      now.moves.includes(was)
        ? said(`was ${was}, is ${version}; those that version ${was} began go on`, false)
        : said(`was ${was}, is ${version}, and nobody moves those that version ${was} began: ${wayFrom(was)}`, true),
      ...abandoned,
    ];
  const steps =
    before.steps.join() === now.steps.join()
      ? []
      : [change(name, 'steps', `were ${before.steps.join(', ')}, are ${now.steps.join(', ')}`, true)];
  const found = [...steps, ...compareSchemas(name, 'state', before.state, now.state)];
  return found.some(({ breaking }) => breaking)
    ? [...found, said(`is still ${was}: raise it to ${was + 1}, and ${wayFrom(was)}`, true), ...abandoned]
    : [...found, ...abandoned];
}

const wayFrom = (from: number): string =>
  `list the definition of version ${from} in \`former\`, or write upcasters: [{ from: ${from}, up: (state) => … }]`;

function described(plan: SagaPlan): RecordedSaga {
  const { $schema: _, ...state } = z.toJSONSchema(plan.state, { io: 'input' });
  return {
    name: plan.name,
    version: plan.version,
    moves: knownVersions([plan])
      .map(({ version }) => version)
      .toSorted((a, b) => a - b),
    steps: plan.steps.map(spelled),
    state: { ...state },
  };
}

const spelled = ({ name, group, kinds }: PlannedStep): string =>
  `${group === undefined ? '' : `${group}/`}${name} (${kinds.join(', ')})`;

const change = (contract: string, place: string, what: string, breaking: boolean): ContractChange => ({
  contract,
  place,
  what,
  breaking,
});
