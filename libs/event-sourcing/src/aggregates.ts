import { ConcurrencyError } from '@isolith/contracts';
import { currentScope } from '@isolith/message-bus';
import type { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { streamOf, type Aggregate } from './aggregate.js';
import { Contended } from './contended.js';
import type { StatesEvent } from './event-reader.js';
import { InlineViews } from './inline-view.js';
import { aggregateSql, type AggregateSql } from './snapshot/snapshot-sql.js';
import type { Snapshots } from './snapshot/snapshots.js';
import { Streams, type Loaded } from './streams.js';
import { Turns } from './turns.js';

/**
 * How often a change is decided before it gives up. Under the lock it only loses to those who do not know yet that
 * there are others.
 */
const ATTEMPTS = 6;

/** What somebody wants, or what gives that of the state as it stands; it may refuse by throwing. */
export type Intended<S, I extends object> = I | ((state: S) => I);

/** What came of an intent. */
export interface Changed<S, E> {
  /** As the events leave it. */
  readonly state: S;
  readonly version: number;
  /** What was recorded; nothing when the intent had come true already. */
  readonly events: readonly E[];
}

/** What is done in the same transaction as the change, after it; its result is the reply of the command. */
export type Also<S, E, R> = (changed: Changed<S, E>) => R | Promise<R>;

export interface AggregatesParts {
  readonly context: string;
  /** That holds its tables. */
  readonly schema: string;
  readonly unit: UnitOfWork;
  readonly database: ContextDatabase;
  readonly snapshots: Pick<Snapshots, 'offer'>;
  /** Default: none. */
  readonly views?: Pick<InlineViews, 'of'>;
  /** Tells an event that an aggregate only does not list from one of a newer release. Default: none is stated. */
  readonly states?: StatesEvent;
}

/** One change as it was asked for. */
interface Wanted<S, I extends object, E extends object, R> {
  readonly aggregate: Aggregate<S, I, E>;
  readonly id: string;
  readonly intent: Intended<S, I>;
  readonly also: Also<S, E, R>;
}

/** The aggregates of one context: load, decide, record. */
export class Aggregates {
  private readonly streams: Streams;
  private readonly sql: AggregateSql;
  private readonly turns = new Turns();
  private readonly contended = new Contended();
  private readonly views: Pick<InlineViews, 'of'>;

  constructor(private readonly parts: AggregatesParts) {
    const { context, schema, unit, database, views = new InlineViews(), states } = parts;
    this.sql = aggregateSql(schema);
    this.streams = new Streams(context, unit, database, this.sql, states);
    this.views = views;
  }

  /**
   * An aggregate as it stands; inside the context's open unit with what that has recorded. Version 0: nothing has
   * happened. Throws NewerVersionError (retryable) when a host of a newer release has recorded what this one can't
   * read, and an Error when its stream has an event of this release that it does not list.
   */
  async load<S, I extends object, E extends object>(aggregate: Aggregate<S, I, E>, id: string): Promise<Loaded<S>> {
    const loaded = await this.streams.load(aggregate, id);
    this.offer(aggregate, id, loaded);
    return loaded;
  }

  /**
   * Decides on the state as it stands and records what was decided, in one transaction with what the aggregate's views
   * and `also` write: of a command, its effect. When another writer was faster it decides anew on the newer state, a
   * few times, before it throws ConcurrencyError; the inbox runs the handler again then. What `decide` throws is
   * thrown, and nothing is recorded.
   *
   * Inside an open unit it joins that: who was slower finds out at its commit.
   */
  change<S, I extends object, E extends object>(
    aggregate: Aggregate<S, I, E>,
    id: string,
    intent: Intended<S, I>,
  ): Promise<void>;
  change<S, I extends object, E extends object, R>(
    aggregate: Aggregate<S, I, E>,
    id: string,
    intent: Intended<S, I>,
    also: Also<S, E, R>,
  ): Promise<R>;
  async change<S, I extends object, E extends object>(
    aggregate: Aggregate<S, I, E>,
    id: string,
    intent: Intended<S, I>,
    also: Also<S, E, unknown> = nothing,
  ): Promise<unknown> {
    const wanted = { aggregate, id, intent, also };
    if (this.isInUnit()) return this.loadAndRecord(wanted);
    return this.turns.take(streamOf(aggregate, id), () =>
      this.decided(wanted, async () => this.inUnit(wanted, await this.streams.load(aggregate, id))),
    );
  }

  /**
   * The same for an aggregate that can't have happened yet, because its id has just been made: it is not loaded. When
   * it exists after all, this is a change of it.
   */
  create<S, I extends object, E extends object>(
    aggregate: Aggregate<S, I, E>,
    id: string,
    intent: Intended<S, I>,
  ): Promise<void>;
  create<S, I extends object, E extends object, R>(
    aggregate: Aggregate<S, I, E>,
    id: string,
    intent: Intended<S, I>,
    also: Also<S, E, R>,
  ): Promise<R>;
  async create<S, I extends object, E extends object>(
    aggregate: Aggregate<S, I, E>,
    id: string,
    intent: Intended<S, I>,
    also: Also<S, E, unknown> = nothing,
  ): Promise<unknown> {
    const wanted = { aggregate, id, intent, also };
    const unborn = { state: aggregate.initial(), version: 0, read: 0 };
    if (this.isInUnit()) return this.record(wanted, unborn);
    return this.decided(wanted, () => this.inUnit(wanted, unborn));
  }

  /**
   * Only a writer that was faster is a reason to decide anew, on what that has left:
   *
   *   without a lock --somebody was faster--> under the stream's lock --again: one that took none--> under the lock
   *          '--others were met on the stream lately--> under the lock
   */
  private async decided<S, I extends object, E extends object, R>(
    wanted: Wanted<S, I, E, R>,
    optimistic: () => Promise<R>,
  ): Promise<R> {
    const stream = streamOf(wanted.aggregate, wanted.id);
    for (let nth = 1; ; nth += 1) {
      try {
        return await (nth === 1 && !this.contended.has(stream) ? optimistic() : this.locked(wanted));
      } catch (error) {
        if (!(error instanceof ConcurrencyError)) throw error;
        this.contended.note(stream);
        if (nth === ATTEMPTS) throw error;
      }
    }
  }

  private isInUnit(): boolean {
    return currentScope()?.unit?.context === this.parts.context;
  }

  private inUnit<S, I extends object, E extends object, R>(wanted: Wanted<S, I, E, R>, loaded: Loaded<S>): Promise<R> {
    return this.parts.unit.run(() => this.record(wanted, loaded));
  }

  /** Whoever changes the stream under its lock meets nobody else who does. */
  private locked<S, I extends object, E extends object, R>(wanted: Wanted<S, I, E, R>): Promise<R> {
    const { unit } = this.parts;
    return unit.run(() => {
      unit.write(this.sql.lock, [streamOf(wanted.aggregate, wanted.id)]);
      return this.loadAndRecord(wanted);
    });
  }

  private async loadAndRecord<S, I extends object, E extends object, R>(wanted: Wanted<S, I, E, R>): Promise<R> {
    return this.record(wanted, await this.streams.load(wanted.aggregate, wanted.id));
  }

  /** In an open unit. */
  private async record<S, I extends object, E extends object, R>(
    { aggregate, id, intent, also }: Wanted<S, I, E, R>,
    loaded: Loaded<S>,
  ): Promise<R> {
    const { unit } = this.parts;
    const views = this.views.of(aggregate);
    const events = aggregate.decide(loaded.state, typeof intent === 'function' ? intent(loaded.state) : intent, id);
    let { state } = loaded;
    for (const event of events) {
      state = aggregate.evolve(state, event);
      for (const view of views) await view.apply(event, state);
    }
    if (events.length > 0) unit.append(streamOf(aggregate, id), loaded.version, events);
    const version = loaded.version + events.length;
    if (aggregate.snapshot !== undefined)
      unit.onEnd((committed) => {
        if (committed) this.offer(aggregate, id, { state, version, read: loaded.read + events.length });
      });
    return also({ state, version, events });
  }

  private offer<S, I extends object, E extends object>(
    aggregate: Aggregate<S, I, E>,
    id: string,
    { state, version, read }: Loaded<S>,
  ): void {
    const { snapshot: format } = aggregate;
    if (format !== undefined && read >= format.every)
      this.parts.snapshots.offer({ stream: streamOf(aggregate, id), format, state, version });
  }
}

const nothing = (): void => undefined;
