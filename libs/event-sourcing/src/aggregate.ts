import type { AnyEventClass } from '@isolith/contracts';
import { EventReader, eventProblems, type StatesEvent, type StoredEvent } from './event-reader.js';
import { snapshotFormat, snapshotProblems, type SnapshotFormat, type SnapshotPolicy } from './snapshot/policy.js';

/** Any of the events of these classes. */
export type EventOf<C extends readonly AnyEventClass[]> = InstanceType<C[number]>;

/**
 * What an author says of an aggregate. The three functions are pure: the same arguments give the same result, whenever.
 */
export interface AggregateSpec<S, I extends object, C extends readonly AnyEventClass[]> {
  /** Begins the name of each stream: `order` with the id 7 is the stream `order-7`. */
  readonly name: string;
  /** Every event that a stream may hold; former versions of them are read through the chains of their contracts. */
  readonly events: C;
  /** The state before anything has happened. */
  readonly initial: () => S;
  /** What an intent leads to; nothing when it has come true already. Throws the failure that refuses it. */
  readonly decide: (state: S, intent: I, id: string) => readonly EventOf<C>[];
  /** The state after one more event. Never refuses: what has happened has happened. */
  readonly evolve: (state: S, event: EventOf<C>) => S;
  /** Default: none are taken, each load reads the whole stream. */
  readonly snapshot?: SnapshotPolicy<S>;
}

/** Gives the state after one more stored event; throws as its reader does, and whatever `evolve` throws. */
export type History = (stored: StoredEvent, states?: StatesEvent) => unknown;

/** An aggregate as it was declared. */
export interface Aggregate<S, I extends object, E extends object> {
  readonly name: string;
  readonly events: readonly AnyEventClass[];
  readonly initial: () => S;
  readonly decide: (state: S, intent: I, id: string) => readonly E[];
  readonly evolve: (state: S, event: E) => S;
  readonly snapshot: SnapshotFormat<S> | undefined;
  readonly reader: EventReader;
  /** Tells its history from the beginning: what it gives is called with each event, in order. */
  readonly history: () => History;
  /** What is wrong with the declaration; a host that has it does not start. */
  readonly problems: readonly string[];
}

/** One of any kind, for lists of them. */
export type AnyAggregate = Pick<Aggregate<never, never, object>, 'name' | 'events' | 'problems' | 'history'> & {
  readonly snapshot: object | undefined;
};

/** Declares an aggregate; the types of state, intent and events are inferred from its functions. */
export function aggregate<S, I extends object, const C extends readonly AnyEventClass[]>(
  spec: AggregateSpec<S, I, C>,
): Aggregate<S, I, EventOf<C>> {
  const { name, events, initial, decide, evolve, snapshot } = spec;
  const reader = new EventReader(`the aggregate ${name}`, events);
  return {
    name,
    events,
    initial,
    decide,
    evolve,
    snapshot: snapshot && snapshotFormat(name, snapshot),
    reader,
    history: () => {
      let state = initial();
      // The caller states the union that its classes make up; it can't be derived from a list of classes.
      return (stored, states) => (state = evolve(state, reader.read(stored, states) as EventOf<C>));
    },
    problems: [
      ...(NAME.test(name) ? [] : [`its name is lower-case-with-dashes, not "${name}"`]),
      ...(events.length === 0 ? ['it has no events'] : []),
      ...eventProblems(events),
      ...(snapshot === undefined ? [] : snapshotProblems(snapshot)),
    ],
  };
}

/** The stream in which an aggregate of this id stands. */
export const streamOf = ({ name }: { readonly name: string }, id: string): string => `${name}-${id}`;

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
