import { Pool } from 'pg';
import { endPool, leftInTransaction, takeFrom, type Checkout, type ConnectionSource } from './connection-source.js';

/** Milliseconds. Sent in the startup message, so they hold from the first statement and `RESET` comes back to them. */
export const SESSION_LIMITS = {
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 30_000,
} as const;

/** Half of what a request has by default: whoever waited this long is told, and can still ask again. */
const CONNECT_OR_WAIT_MS = 5_000;

/** A pool on a PostgreSQL server. A connection that the server has ended is replaced by the next caller's; nobody has to restart anything. */
export class PostgresSource implements ConnectionSource {
  readonly #pool: Pool;

  /** `waitMs`: how long a caller waits for a connection, made or come free, in milliseconds. */
  constructor(url: string, poolSize: number, onProblem: (line: string) => void, waitMs = CONNECT_OR_WAIT_MS) {
    this.#pool = new Pool({
      connectionString: url,
      max: poolSize,
      application_name: 'isolith',
      connectionTimeoutMillis: waitMs,
      keepAlive: true,
      ...SESSION_LIMITS,
    });
    // An idle connection that the server closed: the pool has dropped it already, the next checkout opens another.
    this.#pool.on('error', (error) => onProblem(`a connection to PostgreSQL was lost: ${error.message}`));
  }

  async checkout(): Promise<Checkout> {
    const client = await takeFrom(this.#pool);
    // While it is out the pool does not listen; an error nobody listens to would end the process. The query in flight rejects anyway.
    let lost: Error | undefined;
    const onError = (error: Error): void => {
      lost = error;
    };
    client.on('error', onError);
    return {
      client,
      giveBack: (error) => {
        client.off('error', onError);
        // Ending the connection is the server's rollback; it frees the locks even if a statement still runs.
        client.release(error ?? lost ?? leftInTransaction(client));
      },
    };
  }

  close(): Promise<void> {
    return endPool(this.#pool);
  }
}
