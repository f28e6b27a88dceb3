import {
  CallInsideUnitError,
  NoOpenUnitError,
  currentScope,
  requireOwnershipAsked,
  requireScope,
  runInScope,
  type MessageScope,
} from '@isolith/message-bus';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import type { ContextJournal } from '../context/context-journal.js';
import { holdingConnection } from '@isolith/postgres/internal';
import { thrownOfUnit } from '../context/thrown-of-unit.js';
import { inboxRowOf } from '../handled/inbox-row.js';
import { MessageHandling } from '../context/message-handling.js';
import { inCommit } from './commit-span.js';
import { mapperClient, type MapperClient } from './mapper-client.js';
import { OpenJournalUnit } from './open-unit.js';

/** An event of an open unit, as the journal will keep it. */
export interface AppendedEvent {
  readonly version: number | null;
  readonly type: string;
  readonly schema_version: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * One database transaction of one context: state, inbox row and events commit together or not at all. Opened in the
 * second phase of a handler, after everything has been gathered; while it is open no other context and no outbound
 * port can be called.
 */
export class UnitOfWork {
  #client: MapperClient | undefined;

  constructor(private readonly journal: ContextJournal) {}

  /**
   * Runs the work in one transaction and commits. When a command is being handled, the value is its reply, stored with
   * the effect; a handler returns what `run` returned. Inside an open unit of the same context the work joins it.
   *
   * Rolls back and rethrows when the work throws. Throws ConcurrencyError when an appended stream's version moved or
   * the database chose this unit as the victim of a conflict (the inbox then runs the handler again),
   * OutcomeUnknownError when the connection broke during the commit, CallInsideUnitError inside another context's
   * unit, and an Error when the message that is being handled was completed by a former `run`.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const scope = this.ownScope();
    if (this.openUnit(scope) !== undefined) return work();
    const handling = this.handlingOf(scope);
    if (handling?.completed !== undefined) {
      throw new Error(
        `the handler of ${handling.label} ran two units of work; only the last may be run(), those before are intent()`,
      );
    }
    return holdingConnection(this.journal.context, () => this.transact(scope, work, handling));
  }

  /**
   * Runs the work in one transaction that commits state and events but completes nothing: what a handler with an
   * external effect does first, and what it does before it throws a failure whose traces must stay. A repetition of
   * the message runs the handler again and finds what was committed here.
   *
   * A message that was ended or revoked elsewhere in the meantime leaves no intent: this throws, and the stored outcome
   * is the answer; a twin that ends it at this moment is waited for. Throws CallInsideUnitError in an open unit: its
   * commit would be the outer unit's.
   */
  async intent<T>(work: () => Promise<T>): Promise<T> {
    const scope = this.ownScope();
    if (this.openUnit(scope) !== undefined) throw new CallInsideUnitError(this.journal.context, 'intent()');
    const handling = attemptIn(scope);
    return holdingConnection(this.journal.context, () =>
      this.transact(scope, work, undefined, handling?.completed === undefined ? handling : undefined),
    );
  }

  /** TypeORM on this unit's connection. Throws NoOpenUnitError outside of a unit. */
  get manager(): EntityManager {
    return this.required('the entity manager').manager;
  }

  /**
   * The session of the open unit for any other mapper that speaks to `pg`: made once, it works in whichever unit is
   * open around the call (docs/guides/mappers.md). A transaction that the mapper begins is a savepoint in the unit.
   * Outside of a unit each statement is refused with NoOpenUnitError: nothing is ever written beside one.
   */
  get client(): MapperClient {
    return (this.#client ??= mapperClient((statement) => this.required('the client').mapper.query(statement)));
  }

  /** Runs a statement in this unit and parses its rows. Throws NoOpenUnitError outside of a unit. */
  async query<S extends z.ZodType>(row: S, sql: string, params?: readonly unknown[]): Promise<z.output<S>[]> {
    return this.required('query()').query(row, sql, params);
  }

  /** Runs a statement in this unit; returns how many rows it affected. Throws NoOpenUnitError outside of a unit. */
  async execute(sql: string, params?: readonly unknown[]): Promise<number> {
    return this.required('execute()').execute(sql, params);
  }

  /**
   * Has a statement run in this unit that nothing in it depends on: it is sent with the next one that is awaited, at
   * the latest with the commit, which spares its round trip. When it fails, that next one or the unit fails with its
   * error. `counted` is told how many rows it affected, before the unit ends; it must neither wait nor throw. Throws
   * NoOpenUnitError outside of a unit.
   */
  write(sql: string, params?: readonly unknown[], counted?: (rows: number) => void): void {
    this.required('write()').write(sql, params, counted);
  }

  /**
   * Records events of a stream that was loaded at `expectedVersion` (0: a new stream), written by the unit's last
   * statement. The unit throws ConcurrencyError at its commit when somebody else has appended in the meantime.
   */
  append(stream: string, expectedVersion: number, events: readonly object[]): void {
    this.required('append()').appendTo(stream, expectedVersion, events);
  }

  /** What the open unit of this context has appended to a stream so far, in order; nothing outside of one. */
  appended(stream: string): readonly AppendedEvent[] {
    const scope = currentScope();
    const unit = scope === undefined ? undefined : this.openUnit(scope);
    return (unit?.events ?? [])
      .filter((row) => row.stream === stream)
      .map(({ version, type, schema_version, data }) => ({ version, type, schema_version, data: JSON.parse(data) }));
  }

  /**
   * Tells how the open unit ended: true once it is committed, false when it was rolled back or nobody knows. The
   * listener runs inside the work of whoever opened the unit, so it must neither wait nor throw. Throws
   * NoOpenUnitError.
   */
  onEnd(listener: (committed: boolean) => void): void {
    this.required('onEnd()').onEnd(listener);
  }

  /**
   * States:
   *   working      the work runs; its first statement begins the transaction
   *   committing   inbox row and events are written by one last statement, then COMMIT
   *   committed    the connection is back, the message is completed, readers of the journal are woken
   *   rolled back  from either of the first two, by any error; nothing of the unit is left
   */
  private async transact<T>(
    scope: MessageScope,
    work: () => Promise<T>,
    handling: MessageHandling | undefined,
    inTurn?: MessageHandling,
  ): Promise<T> {
    const unit = new OpenJournalUnit(this.journal, await this.journal.dataSource(), scope);
    let committing = false;
    let value: T;
    try {
      value = await runInScope({ ...scope, unit }, async () => {
        if (inTurn !== undefined) unit.awaitTurn(inTurn.consumer, inTurn.envelope.id);
        unit.revoke(scope.envelope?.revokes);
        const done = await work();
        // Before anything of it stays.
        requireOwnershipAsked(scope);
        return done;
      });
      const handled = handling === undefined ? undefined : inboxRowOf(handling, value);
      for (const statement of handling?.besides ?? []) unit.besides(statement);
      committing = true;
      await inCommit(unit.context, unit.events.length, () => unit.commit(handled));
    } catch (error) {
      await unit.rollback();
      unit.ended(false);
      throw thrownOfUnit(this.journal.context, error, committing);
    }
    handling?.complete(value);
    unit.ended(true);
    this.journal.signal.committed(this.journal.context, new Set(unit.events.map(({ type }) => type)));
    return value;
  }

  private ownScope(): MessageScope {
    const scope = requireScope();
    const { context } = this.journal;
    if (scope.unit !== undefined && scope.unit.context !== context)
      throw new CallInsideUnitError(scope.unit.context, `the unit of work of ${context}`);
    if (scope.context !== context)
      throw new Error(
        `${scope.context} can't open a unit of work of ${context}; code that acts as ${context} runs in runAs('${context}', …)`,
      );
    return scope;
  }

  private openUnit({ unit }: MessageScope): OpenJournalUnit | undefined {
    return unit instanceof OpenJournalUnit && unit.context === this.journal.context ? unit : undefined;
  }

  private required(what: string): OpenJournalUnit {
    const scope = currentScope();
    const unit = scope === undefined ? undefined : this.openUnit(scope);
    if (unit === undefined) throw new NoOpenUnitError(`${what} of the unit of work of ${this.journal.context}`);
    return unit;
  }

  /** The message that this unit completes; nothing in work that the host started by itself. */
  private handlingOf(scope: MessageScope): MessageHandling | undefined {
    const { envelope } = scope;
    if (envelope === undefined) return undefined;
    if (envelope.kind === 'query') throw new Error(`${envelope.type} is a query; its handler can't run a unit of work`);
    const handling = attemptIn(scope);
    if (handling === undefined)
      throw new Error(
        `${envelope.type} is being handled without the inbox of ${this.journal.context}; its outcome could not be stored`,
      );
    return handling;
  }
}

const attemptIn = ({ attempt }: MessageScope): MessageHandling | undefined =>
  attempt instanceof MessageHandling ? attempt : undefined;
