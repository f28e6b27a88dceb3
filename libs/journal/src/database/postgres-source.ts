import { Pool } from 'pg';
import { endPool, leftInTransaction, refuseOverload, type Checkout, type ConnectionSource } from './connection-source.js';

/** Milliseconds. Sent in the startup message, so they hold from the first statement and `RESET` comes back to them. */
export const SESSION_LIMITS = {
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 30_000,
} as const;

const CONNECT_OR_WAIT_MS = 30_000;

/** A pool on a PostgreSQL server. */
export class PostgresSource implements ConnectionSource {
  readonly #pool: Pool;

  constructor(url: string, poolSize: number, onProblem: (line: string) => void) {
    this.#pool = new Pool({
      connectionString: url,
      max: poolSize,
      application_name: 'isolith',
      connectionTimeoutMillis: CONNECT_OR_WAIT_MS,
      keepAlive: true,
      ...SESSION_LIMITS,
    });
    // An idle connection that the server closed: the pool has dropped it already, the next checkout opens another.
    this.#pool.on('error', (error) => onProblem(`a connection to PostgreSQL was lost: ${error.message}`));
  }

  async checkout(): Promise<Checkout> {
    refuseOverload(this.#pool);
    const client = await this.#pool.connect();
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
