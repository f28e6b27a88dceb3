import type { MessageScope, OpenUnit } from '@isolith/message-bus';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { z } from 'zod';
import {
  type PreparedStatement,
  poolOf,
  Transaction,
  type BoundStatement,
  type RowsCounted,
} from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { inboxValues, revocationOf, type InboxRow } from '../handled/inbox-row.js';
import { MapperTransactions } from './mapper-transactions.js';
import { documentOf, originOf, pendingEvent, valuesOf, type PendingEvent } from './pending-event.js';
import { repeated } from './repeated-statements.js';

/** The open unit of work of one context: its transaction and the events that its last statement will write. */
export class OpenJournalUnit implements OpenUnit {
  private readonly transaction: Transaction;
  /** What another mapper than TypeORM sends in it. */
  readonly mapper: MapperTransactions;
  private readonly pending: PendingEvent[] = [];
  /** The version of each stream as this unit leaves it. */
  private readonly versions = new Map<string, number>();
  private readonly endListeners: ((committed: boolean) => void)[] = [];
  private open = true;
  private origin: string | undefined;

  constructor(
    private readonly journal: ContextJournal,
    private readonly dataSource: DataSource,
    private readonly scope: MessageScope,
  ) {
    this.transaction = new Transaction(dataSource);
    this.mapper = new MapperTransactions((statement) => this.transaction.statement(statement));
  }

  get context(): string {
    return this.journal.context;
  }

  get manager(): EntityManager {
    this.requireOpen();
    return this.transaction.manager;
  }

  /** Whether it runs on a connection of this DataSource of an application. */
  isOver(dataSource: DataSource): boolean {
    return poolOf(this.dataSource).isOver(dataSource);
  }

  /** What that DataSource's own repositories send by, in this unit. */
  runnerOf(dataSource: DataSource, make: () => QueryRunner): QueryRunner {
    this.requireOpen();
    return this.transaction.runnerOf(dataSource, make);
  }

  /** What this unit will record, in order. */
  get events(): readonly PendingEvent[] {
    return this.pending;
  }

  append(event: object): void {
    this.requireOpen();
    this.pending.push(this.pendingOf(event));
  }

  appendTo(stream: string, expectedVersion: number, events: readonly object[]): void {
    this.requireOpen();
    if (!Number.isInteger(expectedVersion) || expectedVersion < 0)
      throw new TypeError(`expectedVersion of ${stream} must be 0 or a positive integer, not ${expectedVersion}`);
    const left = this.versions.get(stream) ?? expectedVersion;
    if (left !== expectedVersion)
      throw new Error(`${stream} is at version ${left} in this unit of work, not at ${expectedVersion}`);
    const rows = events.map((event, index) => this.pendingOf(event, { stream, version: expectedVersion + index + 1 }));
    this.pending.push(...rows);
    this.versions.set(stream, expectedVersion + rows.length);
  }

  onEnd(listener: (committed: boolean) => void): void {
    this.requireOpen();
    this.endListeners.push(listener);
  }

  /** Tells everybody who asked how this unit ended. */
  ended(committed: boolean): void {
    for (const tell of this.endListeners.splice(0)) tell(committed);
  }

  async query<S extends z.ZodType>(row: S, sql: string, params: readonly unknown[] = []): Promise<z.output<S>[]> {
    const { rows } = await this.transaction.statement<unknown>(repeated(sql, params));
    return rows.map((found) => row.parse(found));
  }

  async execute(sql: string, params: readonly unknown[] = []): Promise<number> {
    const { rowCount } = await this.transaction.statement(repeated(sql, params));
    return rowCount ?? 0;
  }

  /** Runs it with the next statement, at the latest with the commit; its values are those of now. */
  write(sql: string, params: readonly unknown[] = [], counted?: RowsCounted): void {
    this.requireOpen();
    this.transaction.write(
      repeated(
        sql,
        params.map((value) => (Array.isArray(value) ? [...value] : value)),
      ),
      counted,
    );
  }

  async prepared<R>(statement: PreparedStatement, values: readonly unknown[]): Promise<R[]> {
    return (await this.transaction.statement<R>({ ...statement, values })).rows;
  }

  /** What completes the message beside its inbox row. */
  besides(statement: BoundStatement): void {
    this.transaction.write(statement);
  }

  /**
   * In a compensation, first of all: takes the place of the command that it undoes. The inbox has done so before the
   * handler ran, but not in the same transaction; here its place is taken whatever became of that row since.
   */
  revoke(id: string | undefined): void {
    if (id !== undefined)
      this.transaction.write({ ...this.journal.statements.completeOnce, values: inboxValues(revocationOf(id)) });
  }

  /**
   * In a unit that completes nothing, first of all. From here to its end nobody can end or revoke the message; if that
   * is happening right now this waits for it, and then throws as a commit that came too late.
   */
  awaitTurn(consumer: string, messageId: string): void {
    this.transaction.write({ ...this.journal.statements.awaitTurn, values: [consumer, messageId] });
  }

  /** Inbox row and events in one statement, the last one; then COMMIT. */
  async commit(handled: InboxRow | undefined): Promise<void> {
    if (this.mapper.open)
      throw new Error(
        `the unit of work of ${this.context} ended inside of a mapper's transaction, which was not awaited`,
      );
    this.open = false;
    const { append, appendOne, complete, completeAndAppend, completeAndAppendOne } = this.journal.statements;
    const inbox = handled === undefined ? [] : inboxValues(handled);
    const [first] = this.pending;
    if (first === undefined) await this.transaction.commit(handled && { ...complete, values: inbox });
    else if (this.pending.length === 1)
      await this.transaction.commit({
        ...(handled === undefined ? appendOne : completeAndAppendOne),
        values: [...inbox, ...valuesOf(first)],
      });
    else
      await this.transaction.commit({
        ...(handled === undefined ? append : completeAndAppend),
        values: [...inbox, documentOf(this.pending)],
      });
  }

  rollback(): Promise<void> {
    this.open = false;
    return this.transaction.rollback();
  }

  private pendingOf(event: object, at?: { stream: string; version: number }): PendingEvent {
    this.origin ??= originOf(this.scope);
    return pendingEvent(event, this.context, this.origin, at);
  }

  private requireOpen(): void {
    if (!this.open) throw new Error(`the unit of work of ${this.context} has ended; something in it was not awaited`);
  }
}
