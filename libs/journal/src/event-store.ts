import type { AnyEventClass } from '@isolith/contracts';
import { assertNoOpenUnit, currentScope, NoOpenUnitError } from '@isolith/message-bus';
import { onConnection } from './connection.js';
import type { ContextJournal } from './context-journal.js';
import { OpenJournalUnit } from './open-unit.js';

/** How a stream's events become a state. */
export interface Aggregate<S, E> {
  readonly initial: () => S;
  readonly evolve: (state: S, event: E) => S;
  /** The classes of every event that the stream may hold. */
  readonly events: readonly AnyEventClass[];
}

interface StoredEvent {
  readonly version: number | null;
  readonly type: string;
  readonly schema_version: number;
  readonly data: Record<string, unknown>;
}

/** What came of a decision. */
export interface Changed<S, E> {
  /** As the events leave it. */
  readonly state: S;
  readonly version: number;
  /** What was recorded; nothing when nothing was decided. */
  readonly events: readonly E[];
}

/** The event-sourced streams of one context. */
export class EventStore {
  constructor(private readonly journal: ContextJournal) {}

  /**
   * Folds a stream, including what the open unit of work has appended to it; version 0 means that there is none.
   * Events were validated when they were recorded and are not again. Throws an Error naming type and version for an
   * event that `events` doesn't list, or lists in another version than it was recorded in.
   */
  async load<S, E>(
    stream: string,
    { initial, evolve, events }: Aggregate<S, E>,
  ): Promise<{ state: S; version: number }> {
    const classes = new Map(events.map((event) => [event.contract.name as string, event]));
    let state = initial();
    let version = 0;
    for (const stored of await this.eventsOf(stream)) {
      version += 1;
      if (stored.version !== version)
        throw new Error(
          `${stream} in ${this.journal.context} has no event of version ${version}; the next is ${stored.version}`,
        );
      // The caller states the union that its classes make up; it can't be derived from a list of classes.
      state = evolve(state, this.restore(stream, stored, classes) as E);
    }
    return { state, version };
  }

  /**
   * Loads a stream, decides on its state, and records what was decided: `store.change('cart-1', cart, (state) => add(state, item))`.
   * What `decide` throws leaves the stream as it was. When somebody else appends meanwhile, the unit's commit is a
   * ConcurrencyError and the whole handler runs again, on the newer state. Throws NoOpenUnitError outside of a unit, and
   * as `load` does.
   */
  async change<S, E extends object>(
    stream: string,
    aggregate: Aggregate<S, E>,
    decide: (state: S) => readonly E[],
  ): Promise<Changed<S, E>> {
    const unit = this.ownUnit();
    if (unit === undefined) throw new NoOpenUnitError(`change() of ${stream} in ${this.journal.context}`);
    const { state, version } = await this.load(stream, aggregate);
    const events = decide(state);
    if (events.length > 0) unit.appendTo(stream, version, events);
    return { state: events.reduce<S>(aggregate.evolve, state), version: version + events.length, events };
  }

  private ownUnit(): OpenJournalUnit | undefined {
    const unit = currentScope()?.unit;
    return unit instanceof OpenJournalUnit && unit.context === this.journal.context ? unit : undefined;
  }

  private async eventsOf(stream: string): Promise<readonly StoredEvent[]> {
    const { loadStream } = this.journal.statements;
    const unit = this.ownUnit();
    if (unit !== undefined) {
      const stored = await unit.prepared<StoredEvent>(loadStream, [stream]);
      const pending = unit.events.filter((row) => row.stream === stream);
      return [...stored, ...pending.map(({ data, ...row }) => ({ ...row, data: JSON.parse(data) }))];
    }
    assertNoOpenUnit(`the event store of ${this.journal.context}`);
    const { rows } = await onConnection(await this.journal.dataSource(), (client) =>
      client.query<StoredEvent>({ ...loadStream, values: [stream] }),
    );
    return rows;
  }

  private restore(
    stream: string,
    { type, schema_version, data }: StoredEvent,
    classes: ReadonlyMap<string, AnyEventClass>,
  ): object {
    const event = classes.get(type);
    if (event === undefined)
      throw new Error(
        `${stream} in ${this.journal.context} holds ${type}, which the aggregate does not list among its events`,
      );
    if (schema_version !== event.contract.version) {
      throw new Error(
        `${stream} in ${this.journal.context} holds ${type} in version ${schema_version}; this program reads version ${event.contract.version} and has no upcaster between them`,
      );
    }
    return event.restore(data);
  }
}
