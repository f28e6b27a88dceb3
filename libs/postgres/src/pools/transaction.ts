import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { poolOf } from './context-pool.js';
import { BEGIN, COMMIT, type Statement, type StatementResult } from '../connections/statement.js';
import type { ConnectionLease } from '../connections/lease.js';
import { decided, isRefusal, reached } from '../connections/database-errors.js';
import type { PreparedStatement } from '../connections/prepared-statement.js';

/** A prepared statement with its values. */
export interface BoundStatement extends PreparedStatement {
  readonly values: readonly unknown[];
}

/** Told how many rows a statement affected. */
export type RowsCounted = (rows: number) => void;

interface Ahead extends Statement {
  readonly counted?: RowsCounted | undefined;
}

/** Statements that wait for a next one; more are sent by themselves. */
const AHEAD_AT_MOST = 16;

/**
 * A transaction that begins with its first statement, so that work which only thinks holds no connection, and a single
 * last statement commits by itself in one round trip. BEGIN travels with the first statement, COMMIT with the last, and
 * a statement that nobody waits for with the next.
 *
 *   untouched --first statement--> begun --commit()--> ended
 *       |            '--it fails--> spoilt --rollback()--> ended
 *       |                            (begun --rollback()--> ended, too)
 *       '--commit(last): one statement of its own, or all of it at once--> ended
 *
 * `spoilt`: BEGIN and the first statement were sent as one, and the answer does not tell which of the two had failed.
 * Where it was BEGIN, a next statement would commit by itself. So there is none: as after any failed statement, only
 * the rollback is left. The same holds when statements failed that nobody waited for: whoever comes next is told.
 *
 * From `begun`, the connection can be taken away: it breaks, or its DataSource is closed. Somebody else may have it
 * then, so nothing is sent on it any more, not even ROLLBACK: whoever took it away has seen to that.
 *
 * Statements run one after the other, in the order of the calls: the connection is one, whoever calls at once.
 */
export class Transaction {
  private runner: QueryRunner | undefined;
  private readonly runners = new Map<DataSource, QueryRunner>();
  private lease: ConnectionLease | undefined;
  private begun = false;
  /** Why no statement is possible any more. */
  private spoilt: Spoilt | undefined;
  private ended = false;
  /** Nobody waits for these; they go before whatever is asked for next. */
  private ahead: Ahead[] = [];
  /** Settles with the last statement that was asked for; never rejects. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {}

  /** TypeORM on this transaction's connection, made for those who ask for it. */
  get manager(): EntityManager {
    this.runner ??= this.within(this.dataSource.createQueryRunner());
    return this.runner.manager;
  }

  /**
   * The ORM of another DataSource on this transaction's connection; whoever releases it, it is there until the
   * transaction ends.
   */
  runnerOf(dataSource: DataSource, make: () => QueryRunner): QueryRunner {
    const known = this.runners.get(dataSource);
    if (known !== undefined) return known;
    const runner = Object.assign(this.within(make()), { release: () => Promise.resolve() });
    this.runners.set(dataSource, runner);
    return runner;
  }

  /**
   * Has the statement run with the next that is asked for, at the latest with the commit, which fails when this one
   * does. `counted` is told before that resolves.
   */
  write(statement: Statement, counted?: RowsCounted): void {
    if (this.ended) throw new Error(ENDED);
    this.ahead.push({ ...statement, counted });
    if (this.ahead.length < AHEAD_AT_MOST) return;
    const ahead = this.aheadOfNext();
    this.inTurn((lease) => this.send(lease, ahead, false), ahead).catch((error: unknown) => {
      if (this.spoilt?.told !== true) this.spoilt = { by: error, told: false };
    });
  }

  async statement<R>(statement: Statement): Promise<StatementResult<R>> {
    const ahead = this.aheadOfNext();
    return this.inTurn(async (lease) => {
      const last = (await this.send<R>(lease, [...ahead, statement])).at(-1);
      return last ?? { rows: [], rowCount: null, command: '' };
    }, ahead);
  }

  /** Runs `last`, if any, as the last statement, and commits. When it rejects, rollback() is still owed. */
  async commit(last: BoundStatement | undefined): Promise<void> {
    this.ended = true;
    const ahead = this.aheadOfNext();
    await this.tail;
    if (this.spoilt !== undefined) throw this.spoilt.told ? swallowed(this.spoilt.by) : this.spoilt.by;
    if (this.begun || ahead.length > 0) {
      const command = await this.lastAndCommit(last === undefined ? ahead : [...ahead, last]);
      this.begun = false;
      // The server answers COMMIT with ROLLBACK when a statement had failed and the work went on regardless.
      if (command !== 'COMMIT') throw swallowed();
    } else if (last !== undefined) {
      this.lease = await reached(poolOf(this.dataSource).lease());
      await decided(this.lease.query(last));
    }
    await this.release();
  }

  /** Undoes everything that was not committed. Never rejects: whoever rolls back has an error to report already. */
  async rollback(): Promise<void> {
    this.ended = true;
    await this.tail;
    // A connection that can't even roll back goes back as it is: its source trusts none that is left in a transaction.
    if (this.begun) await this.own((lease) => lease.query({ text: 'ROLLBACK' })).catch(() => undefined);
    await this.release();
  }

  private aheadOfNext(): readonly Ahead[] {
    return this.ahead.length === 0 ? NOTHING : this.ahead.splice(0);
  }

  /** Sends these, with BEGIN before the first of all. `told`: somebody waits for them. */
  private async send<R>(
    lease: ConnectionLease,
    statements: readonly Ahead[],
    told = true,
  ): Promise<readonly StatementResult<R>[]> {
    const begins = !this.begun;
    this.begun = true;
    try {
      const results = await lease.inOrder<R>(begins ? [BEGIN, ...statements] : statements);
      return tell(statements, begins ? results.slice(1) : results);
    } catch (error) {
      if (begins) this.spoilt = { by: error, told };
      throw error;
    }
  }

  private async lastAndCommit(statements: readonly Ahead[]): Promise<string> {
    this.lease ??= await reached(poolOf(this.dataSource).lease());
    const lease = this.lease;
    // A connection that was lost before COMMIT leaves nothing open.
    const together = await reached(
      this.own(async () => ({ answer: lease.inOne<never>([...(this.begun ? [] : [BEGIN]), ...statements, COMMIT]) })),
    );
    if (together.answer !== undefined) {
      const begins = !this.begun;
      this.begun = true;
      const results = await decided(together.answer);
      tell(statements, begins ? results.slice(1) : results);
      return results.at(-1)?.command ?? '';
    }
    if (statements.length > 0) await reached(this.own(() => this.send(lease, statements)));
    return (await decided(this.own(() => lease.query(COMMIT)))).command;
  }

  /**
   * `ahead`: what goes along. When the server has not refused it, some of it may never have been sent, and nothing may
   * be committed without.
   */
  private inTurn<T>(send: (lease: ConnectionLease) => Promise<T>, ahead: readonly Ahead[]): Promise<T> {
    if (this.ended) return Promise.reject(new Error(ENDED));
    const turn = reached(
      this.tail.then(async () => {
        try {
          this.lease ??= await poolOf(this.dataSource).lease();
          if (this.spoilt !== undefined) throw this.spoilt.by;
          return await send(this.lease);
        } catch (error) {
          if (ahead.length > 0 && !isRefusal(error)) this.spoilt ??= { by: error, told: true };
          throw error;
        }
      }),
    );
    const settled = (): void => undefined;
    this.tail = turn.then(settled, settled);
    return turn;
  }

  private async own<T>(send: (lease: ConnectionLease) => Promise<T>): Promise<T> {
    if (this.lease === undefined) throw new Error('Connection terminated');
    return send(this.lease);
  }

  private async release(): Promise<void> {
    this.lease?.giveBack();
    await this.runner?.release();
  }

  private within(runner: QueryRunner): QueryRunner {
    const send = runner.query.bind(runner);
    return Object.assign(runner, {
      // It is told that it is inside a transaction before BEGIN was sent: `save()` must not open one of its own, and
      // `transaction()` must become a savepoint.
      isTransactionActive: true,
      transactionDepth: 1,
      connect: () => this.own(async (lease) => lease.connection),
      query: (...statement: Parameters<typeof send>) => {
        const ahead = this.aheadOfNext();
        return this.inTurn(async (lease) => {
          if (!this.begun || ahead.length > 0) await this.send(lease, ahead);
          return send(...statement);
        }, ahead);
      },
    });
  }
}

interface Spoilt {
  readonly by: unknown;
  /** Whether whoever asked for the statement was told. */
  readonly told: boolean;
}

/** Each of those who wanted to know hears of its own. */
function tell<R>(statements: readonly Ahead[], results: readonly StatementResult<R>[]): readonly StatementResult<R>[] {
  statements.forEach(({ counted }, index) => counted?.(results[index]?.rowCount ?? 0));
  return results;
}

const NOTHING: readonly Ahead[] = [];

const ENDED = 'the unit of work has ended; something in it was not awaited';

const swallowed = (cause?: unknown): Error =>
  new Error('a statement of the unit of work had failed and its error was swallowed; nothing was committed', { cause });
