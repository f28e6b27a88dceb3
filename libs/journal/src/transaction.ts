import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { poolOf } from './database/context-pool.js';
import type { Statement, StatementResult } from './database/grouped-statement.js';
import type { Lease } from './database/lease.js';
import { decided, reached } from './database-errors.js';
import type { PreparedStatement } from './prepared-statement.js';

/** A prepared statement with its values. */
export interface BoundStatement extends PreparedStatement {
  readonly values: readonly unknown[];
}

/**
 * A transaction that begins with its first statement, so that work which only thinks holds no connection, and a single
 * last statement commits by itself in one round trip. BEGIN travels with the first statement, COMMIT with the last.
 *
 *   untouched --first statement--> begun --commit()--> ended
 *       |            '--it fails--> spoilt --rollback()--> ended
 *       |                            (begun --rollback()--> ended, too)
 *       '--commit(last): one statement of its own--> ended
 *
 * `spoilt`: BEGIN and the first statement were sent as one, and the answer does not tell which of the two had failed. Where it was BEGIN,
 * a next statement would commit by itself. So there is none: as after any failed statement, only the rollback is left.
 *
 * From `begun`, the connection can be taken away: it breaks, or its DataSource is closed. Somebody else may have it then, so nothing is sent
 * on it any more, not even ROLLBACK: whoever took it away has seen to that.
 *
 * Statements run one after the other, in the order of the calls: the connection is one, whoever calls at once.
 */
export class Transaction {
  private runner: QueryRunner | undefined;
  private lease: Lease | undefined;
  private begun = false;
  /** The error of the first statement, if it had one. */
  private spoilt: { readonly by: unknown } | undefined;
  private ended = false;
  /** Settles with the last statement that was asked for; never rejects. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {}

  /** TypeORM on this transaction's connection, made for those who ask for it. */
  get manager(): EntityManager {
    this.runner ??= this.runnerOfOwn();
    return this.runner.manager;
  }

  statement<R>(statement: Statement): Promise<StatementResult<R>> {
    return this.inTurn((lease) => {
      if (this.begun) return lease.query<R>(statement);
      this.begun = true;
      return lease.beginWith<R>(statement).catch((error: unknown) => {
        this.spoilt = { by: error };
        throw error;
      });
    });
  }

  /** Runs `last`, if any, as the last statement, and commits. When it rejects, rollback() is still owed. */
  async commit(last: BoundStatement | undefined): Promise<void> {
    this.ended = true;
    await this.tail;
    if (this.begun) {
      if (this.spoilt !== undefined) throw swallowed(this.spoilt.by);
      const command = await this.lastAndCommit(last);
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
    if (this.begun) await this.own((lease) => lease.rollback()).catch(() => undefined);
    await this.release();
  }

  private async lastAndCommit(last: BoundStatement | undefined): Promise<string> {
    if (last !== undefined) {
      const together = await reached(this.own(async (lease) => ({ answer: lease.commitWith(last) })));
      if (together.answer !== undefined) return decided(together.answer);
      await reached(this.own((lease) => lease.query(last)));
    } else {
      // A connection that was lost before COMMIT leaves nothing open.
      await reached(this.own(async (lease) => lease.connection));
    }
    return decided(this.own((lease) => lease.commit()));
  }

  private inTurn<T>(send: (lease: Lease) => Promise<T>): Promise<T> {
    if (this.ended) return Promise.reject(new Error('the unit of work has ended; something in it was not awaited'));
    const turn = reached(this.tail.then(async () => {
      this.lease ??= await poolOf(this.dataSource).lease();
      if (this.spoilt !== undefined) throw this.spoilt.by;
      return send(this.lease);
    }));
    const settled = (): void => undefined;
    this.tail = turn.then(settled, settled);
    return turn;
  }

  private async own<T>(send: (lease: Lease) => Promise<T>): Promise<T> {
    if (this.lease === undefined) throw new Error('Connection terminated');
    return send(this.lease);
  }

  private async release(): Promise<void> {
    this.lease?.giveBack();
    await this.runner?.release();
  }

  private runnerOfOwn(): QueryRunner {
    const runner = this.dataSource.createQueryRunner();
    const send = runner.query.bind(runner);
    return Object.assign(runner, {
      // It is told that it is inside a transaction before BEGIN was sent: `save()` must not open one of its own, and `transaction()` must
      // become a savepoint.
      isTransactionActive: true,
      transactionDepth: 1,
      connect: () => this.own(async (lease) => lease.connection),
      query: (...statement: Parameters<typeof send>) => this.inTurn(async (lease) => {
        if (!this.begun) await lease.begin();
        this.begun = true;
        return send(...statement);
      }),
    });
  }
}

const swallowed = (cause?: unknown): Error => new Error('a statement of the unit of work had failed and its error was swallowed; nothing was committed', { cause });
