import type { AnyEventClass, EventContract } from '@isolith/contracts';
import type { EventSourcingFeature } from './event-sourcing-feature.js';

interface Declared {
  readonly name: string;
  readonly events: readonly AnyEventClass[];
  readonly problems: readonly string[];
}

/** What a context says that its events are. */
type Stated = Pick<EventContract, 'name' | 'version'>;

/**
 * Everything that is wrong with what a context declares, as sentences that name the place. `stated` are the events
 * among its contracts: what is none of them nobody records, so a projection of it would stay empty without a word.
 */
export function declarationProblems(
  { context, aggregates = [], projections = [] }: EventSourcingFeature,
  stated: readonly Stated[],
): string[] {
  const versions = new Map<string, number>(stated.map(({ name, version }) => [name, version]));
  const unknown = ({ contract: { name, version } }: AnyEventClass): string | undefined => {
    const known = versions.get(name);
    if (known === undefined) return `nobody has ${name}: it is not among the contracts of ${context}`;
    return known === version ? undefined : `${name} is listed in version ${version} and stated in version ${known}`;
  };
  return [
    ...problemsOf(context, 'aggregate', aggregates, (event) =>
      event.contract.context === context
        ? unknown(event)
        : `only ${event.contract.context} can record ${event.contract.name}`,
    ),
    ...problemsOf(context, 'projection', projections, (event) =>
      event.contract.context === context
        ? unknown(event)
        : `${event.contract.name} is in the journal of ${event.contract.context}, not in this one; subscribe to it`,
    ),
  ];
}

function problemsOf(
  context: string,
  kind: string,
  declared: readonly Declared[],
  strange: (event: AnyEventClass) => string | undefined,
): string[] {
  return declared.flatMap(({ name, events, problems }, index) =>
    [
      ...problems,
      ...events.flatMap((event) => strange(event) ?? []),
      ...(declared.findIndex((other) => other.name === name) < index ? ['it is declared twice'] : []),
    ].map((problem) => `${kind} ${name} of ${context}: ${problem}`),
  );
}
