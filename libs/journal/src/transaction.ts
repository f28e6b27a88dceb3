import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { clientOf, type PgClient, type StatementResult } from './connection.js';
import type { PreparedStatement } from './prepared-statement.js';
import { lossOf } from './database/watched-connection.js';
import { decided, reached } from './database-errors.js';

/** A prepared statement with its values. */
export interface BoundStatement extends PreparedStatement {
  readonly values: readonly unknown[];
}

/**
 * A transaction that begins with its first statement, so that work which only thinks holds no connection, and a single
 * last statement commits by itself in one round trip.
 *
 *   untouched --first statement--> begun --commit()--> ended
 *       |                            '-----rollback()--> ended
 *       '--commit(last): one statement of its own--> ended
 *
 * From `begun`, the connection can be taken away: it breaks, or its DataSource is closed. Somebody else may have it then, so nothing is sent
 * on it any more, not even ROLLBACK: whoever took it away has seen to that.
 *
 * Statements run one after the other, in the order of the calls: the connection is one, whoever calls at once.
 */
export class Transaction {
  private readonly runner: QueryRunner;
  private client: PgClient | undefined;
  private begun = false;
  private takenAway = false;
  private ended = false;
  /** Settles with the last statement that was asked for; never rejects. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(dataSource: DataSource) {
    const runner = dataSource.createQueryRunner();
    const send = runner.query.bind(runner);
    // TypeORM is told that it is inside a transaction before BEGIN was sent: `save()` must not open one of its own, and
    // `transaction()` must become a savepoint.
    Object.assign(runner, {
      isTransactionActive: true,
      transactionDepth: 1,
      query: (...statement: Parameters<typeof send>) => this.inTurn(() => send(...statement)),
    });
    // And it goes on taking statements when its connection was taken away: from here they get the reason, from TypeORM only that it is so.
    Object.defineProperty(runner, 'isReleased', {
      get: () => this.ended && this.takenAway,
      set: (released: boolean) => {
        this.takenAway = released;
      },
    });
    this.runner = runner;
  }

  get manager(): EntityManager {
    return this.runner.manager;
  }

  statement<R>(statement: { text: string; name?: string; values?: readonly unknown[] }): Promise<StatementResult<R>> {
    return this.inTurn((client) => client.query<R>(statement));
  }

  /** Runs `last`, if any, as the last statement, and commits. When it rejects, rollback() is still owed. */
  async commit(last: BoundStatement | undefined): Promise<void> {
    this.ended = true;
    await this.tail;
    if (this.begun) {
      // Also without a last statement: a connection that was lost before COMMIT leaves nothing open.
      await reached(this.onOwn(async (client) => (last === undefined ? undefined : client.query(last))));
      const { command } = await decided(this.onOwn((client) => client.query({ text: 'COMMIT' })));
      this.begun = false;
      // The server answers COMMIT with ROLLBACK when a statement had failed and the work went on regardless.
      if (command !== 'COMMIT') throw new Error('a statement of the unit of work had failed and its error was swallowed; nothing was committed');
    } else if (last !== undefined) {
      const client = await reached(clientOf(this.runner));
      await decided(client.query(last));
    }
    await this.runner.release();
  }

  /** Undoes everything that was not committed. Never rejects: whoever rolls back has an error to report already. */
  async rollback(): Promise<void> {
    this.ended = true;
    await this.tail;
    // A connection that can't even roll back goes back as it is: its source trusts none that is left in a transaction.
    if (this.begun) await this.onOwn((client) => client.query({ text: 'ROLLBACK' })).catch(() => undefined);
    await this.runner.release();
  }

  private inTurn<T>(send: (client: PgClient) => Promise<T>): Promise<T> {
    if (this.ended) return Promise.reject(new Error('the unit of work has ended; something in it was not awaited'));
    const turn = reached(this.tail.then(async () => {
      this.client ??= await clientOf(this.runner);
      if (!this.begun) {
        await this.onOwn((client) => client.query({ text: 'BEGIN' }));
        this.begun = true;
      }
      return this.onOwn(send);
    }));
    const settled = (): void => undefined;
    this.tail = turn.then(settled, settled);
    return turn;
  }

  /** @throws what took the connection away, if it is no longer ours */
  private async onOwn<T>(send: (client: PgClient) => Promise<T>): Promise<T> {
    const { client } = this;
    if (client === undefined || this.takenAway) throw (client && lossOf(client)) ?? new Error('Connection terminated');
    return send(client);
  }
}
