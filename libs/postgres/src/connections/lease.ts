import type { PoolClient } from 'pg';
import type { SessionStatements } from './session-statements.js';
import type { Statement, StatementResult } from './statement.js';
import { lossOf } from './watched-connection.js';

/**
 * A connection that is ours until it is given back, or taken away: its DataSource is closed. Nothing is sent on it any
 * more then.
 */
export class ConnectionLease {
  private givenBack = false;

  constructor(
    private readonly client: PoolClient,
    private readonly statements: SessionStatements,
    private readonly release: () => void,
  ) {}

  /** For the ORM, which has its own way to send. */
  get connection(): PoolClient {
    this.requireOwn();
    return this.client;
  }

  async query<R>(statement: Statement): Promise<StatementResult<R>> {
    this.requireOwn();
    return this.statements.send(statement);
  }

  /** In order, in one round trip where that is possible; none runs behind one that failed. Yields their results. */
  async inOrder<R>(statements: readonly Statement[]): Promise<readonly StatementResult<R>[]> {
    const together = this.inOne<R>(statements);
    if (together !== undefined) return together;
    const results: StatementResult<R>[] = [];
    for (const statement of statements) results.push(await this.query<R>(statement));
    return results;
  }

  /** In one round trip; undefined when that is not possible, and nothing was sent. */
  inOne<R>(statements: readonly Statement[]): Promise<readonly StatementResult<R>[]> | undefined {
    this.requireOwn();
    return this.statements.sendAsOne(statements);
  }

  giveBack(): void {
    if (this.givenBack) return;
    this.givenBack = true;
    this.release();
  }

  /** @throws what took the connection away, if it is no longer ours */
  private requireOwn(): void {
    const loss = lossOf(this.client);
    if (loss !== undefined) throw loss;
    if (this.givenBack) throw new Error('Connection terminated');
  }
}
