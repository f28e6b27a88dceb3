import type { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import { streamOf, type Aggregate } from './aggregate.js';
import type { StatesEvent, StoredEvent } from './event-reader.js';
import type { AggregateSql } from './snapshot/snapshot-sql.js';

/** An aggregate as it stands. */
export interface Loaded<S> {
  readonly state: S;
  /** Of its last event; 0 when nothing has happened. */
  readonly version: number;
  /** Events that this load had to read, which is what a snapshot would have spared. */
  readonly read: number;
}

interface Snapshot {
  readonly version: number;
  readonly type: null;
  readonly data: unknown;
}

/** A snapshot comes first, if there is one. */
type Row = Snapshot | (StoredEvent & { readonly version: number | null });

/** The journal made these rows; looking at every field of a million of them would cost more than reading them. */
const Row = z.custom<Row>((row) => typeof row === 'object' && row !== null);

/** Reads aggregates of one context: from their last snapshot, or from their first event. */
export class Streams {
  constructor(
    private readonly context: string,
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
    private readonly sql: AggregateSql,
    private readonly states: StatesEvent | undefined,
  ) {}

  /** Inside the context's open unit with what that has appended. */
  async load<S, I extends object, E extends object>(aggregate: Aggregate<S, I, E>, id: string): Promise<Loaded<S>> {
    const stream = streamOf(aggregate, id);
    const { snapshot, reader, evolve } = aggregate;
    const stored = await (snapshot === undefined
      ? this.database.query(Row, this.sql.stream, [stream])
      : this.database.query(Row, this.sql.streamFromSnapshot, [stream, snapshot.digest]));
    let state = aggregate.initial();
    let version = 0;
    let read = 0;
    for (const row of [...stored, ...this.unit.appended(stream)]) {
      if (isSnapshot(row)) {
        // Its digest says that it is of this very schema.
        state = snapshot === undefined ? state : snapshot.state.parse(row.data);
        version = row.version;
        continue;
      }
      version += 1;
      read += 1;
      if (row.version !== version)
        throw new Error(`${stream} in ${this.context} has no event of version ${version}; the next is ${row.version}`);
      // The caller states the union that its classes make up; it can't be derived from a list of classes.
      state = evolve(state, reader.read(row, this.states) as E);
    }
    return { state, version, read };
  }
}

const isSnapshot = (row: Row): row is Snapshot => row.type === null;
