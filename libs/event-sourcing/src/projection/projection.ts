import { createHash } from 'node:crypto';
import type { AnyEventClass } from '@isolith/contracts';
import type { EventOf } from '../aggregate.js';
import { EventReader, eventProblems } from '../event-reader.js';

/** The rows of a projection, as one batch of events writes them. */
export interface ProjectionRows {
  /**
   * The table to write, quoted, with its schema. It is not the one that is read: that may be older, and goes on
   * answering.
   */
  readonly table: string;
  /** Runs with the next statement, at the latest with the batch's commit, in the order of the calls. */
  readonly write: (sql: string, params?: readonly unknown[]) => void;
}

/** Where an event stands. */
export interface At {
  readonly position: number;
  /** When it was recorded, RFC 3339. */
  readonly time: string;
}

/** What an author says of a projection. */
export interface ProjectionSpec<C extends readonly AnyEventClass[]> {
  /** Lower case with dashes; of at most 40 characters. Its rows are read as `<name>_v<version>`, with underscores. */
  readonly name: string;
  /**
   * To be raised with every change of `table`, `events` or `apply`. A version is built beside the others, from the
   * first event on.
   */
  readonly version: number;
  /** Of the own context; former versions of them are read through the chains of their contracts. */
  readonly events: C;
  /**
   * The statements that make a table of this name, which is quoted and has its schema; indexes without a name of their
   * own.
   */
  readonly table: (name: string) => readonly string[];
  /** Writes what an event changes. Each event once, in the order of the journal. */
  readonly apply: (event: EventOf<C>, rows: ProjectionRows, at: At) => void;
}

/** A projection as it was declared. */
export interface Projection {
  readonly name: string;
  readonly version: number;
  /** The contracts' names. */
  readonly types: readonly string[];
  readonly events: readonly AnyEventClass[];
  readonly reader: EventReader;
  readonly table: (name: string) => readonly string[];
  readonly apply: (event: object, rows: ProjectionRows, at: At) => void;
  /** Of the table and the events: tells a version that was changed without being raised. */
  readonly digest: string;
  /** What is wrong with the declaration; a host that has it does not start. */
  readonly problems: readonly string[];
}

/** Declares a projection that follows the journal of its context, and can be built anew while it answers. */
export function projection<const C extends readonly AnyEventClass[]>(spec: ProjectionSpec<C>): Projection {
  const { name, version, events, table } = spec;
  const types = events.map((event): string => event.contract.name);
  return {
    name,
    version,
    types,
    events,
    reader: new EventReader(`the projection ${name}`, events),
    table,
    // The reader makes instances of the listed classes and of no others.
    apply: (event, rows, at) => spec.apply(event as EventOf<C>, rows, at),
    digest: createHash('sha256')
      .update(JSON.stringify([table('table'), [...types].sort()]))
      .digest('base64url')
      .slice(0, 22),
    problems: [
      ...(NAME.test(name) && name.length <= LONGEST_NAME
        ? []
        : [`its name is lower-case-with-dashes of at most ${LONGEST_NAME} characters, not "${name}"`]),
      ...(Number.isInteger(version) && version > 0 ? [] : [`its version is a positive whole number, not ${version}`]),
      ...(events.length === 0 ? ['it takes no events'] : []),
      ...eventProblems(events),
    ],
  };
}

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** With version and generation it is still an identifier. */
const LONGEST_NAME = 40;

/** The view in which the rows of a version are read, without quotes and schema. */
export const viewName = ({ name, version }: Pick<Projection, 'name' | 'version'>): string =>
  `${name.replaceAll('-', '_')}_v${version}`;

/** The table of one build of a version, likewise. */
export const tableName = (projection: Pick<Projection, 'name' | 'version'>, generation: number): string =>
  `${viewName(projection)}_g${generation}`;
