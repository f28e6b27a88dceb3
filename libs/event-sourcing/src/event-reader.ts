import { NewerVersionError, type AnyEventClass } from '@isolith/contracts';

/** An event as a journal keeps it. */
export interface StoredEvent {
  readonly type: string;
  readonly schema_version: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Whether this release has an event of that name among the contracts of the context. */
export type StatesEvent = (name: string) => boolean;

/** Makes instances of what is stored of some events, whichever of their versions it is in. */
export class EventReader {
  private readonly known: ReadonlyMap<string, AnyEventClass>;

  constructor(
    private readonly reader: string,
    events: readonly AnyEventClass[],
  ) {
    this.known = new Map(events.map((event) => [event.contract.name, event]));
  }

  /**
   * What was recorded in today's version was validated then and is not again; what was upcast is. Throws
   * NewerVersionError for a version to come, and for an event that is neither listed nor among those that the context
   * `states`: who has recorded it knows it. Throws an Error that no waiting heals for one that is stated and not
   * listed, and ContractViolationError when an upcaster made what does not fit.
   */
  read({ type, schema_version: stored, data }: StoredEvent, states: StatesEvent = () => false): object {
    const { reader } = this;
    const event = this.known.get(type);
    if (event === undefined && states(type))
      throw new Error(
        `${reader} does not list ${type} among its events, which its context states and its stream has: list it`,
      );
    if (event === undefined)
      throw new NewerVersionError(
        `${reader} was given ${type}, which it does not list among its events: it waits for a host of the release that recorded it`,
      );
    const { version: known, readStored } = event.contract;
    if (stored === known) return event.restore({ ...data });
    if (stored > known) throw NewerVersionError.of(type, { stored, known, reader });
    return event.restore(readStored(data, stored));
  }
}

/** What is wrong with a list of events, as sentences. */
export function eventProblems(events: readonly AnyEventClass[]): readonly string[] {
  const names = events.map(({ contract }): string => contract.name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map((name) => `it lists ${name} twice`);
}
