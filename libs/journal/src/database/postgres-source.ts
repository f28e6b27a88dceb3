import { Pool, type PoolClient } from 'pg';
import { endPool, leftInTransaction, takeFrom, type Checkout, type ConnectionSource } from './connection-source.js';
import { mayGroup } from './grouped-statement.js';
import { cutConnection, lossOf, owesAnswer, usualPatience, watchConnection } from './watched-connection.js';

/** Milliseconds. Sent in the startup message, so they hold from the first statement and `RESET` comes back to them. */
export const SESSION_LIMITS = {
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 30_000,
} as const;

/** Half of what a request has by default: whoever waited this long is told, and can still ask again. */
const CONNECT_OR_WAIT_MS = 5_000;
/** A server that lives has given a statement up by then and said so. */
const ANSWER_MS = SESSION_LIMITS.statement_timeout + 5_000;
/** The operating system asks an idle peer whether it is still there, then once a second, and ends the connection after ten unanswered questions. */
const ASK_IDLE_PEER_MS = 10_000;

export interface PostgresLimits {
  /** How long a caller waits for a connection, made or come free, in milliseconds; default 5,000. */
  readonly waitMs?: number | undefined;
  /** How long the server may owe the answer to a statement before the connection counts as lost, in milliseconds; default 35,000. */
  readonly answerMs?: number | undefined;
}

/** A pool on a PostgreSQL server. A connection that the server has ended is replaced by the next caller's; nobody has to restart anything. */
export class PostgresSource implements ConnectionSource {
  readonly #pool: Pool;
  readonly #connected = new Set<PoolClient>();

  constructor(
    url: string,
    poolSize: number,
    onProblem: (line: string) => void,
    { waitMs = CONNECT_OR_WAIT_MS, answerMs = ANSWER_MS }: PostgresLimits = {},
  ) {
    this.#pool = new Pool({
      connectionString: url,
      max: poolSize,
      application_name: 'isolith',
      connectionTimeoutMillis: waitMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: ASK_IDLE_PEER_MS,
      ...SESSION_LIMITS,
    });
    this.#pool.on('connect', (client) => {
      watchConnection(client, answerMs);
      mayGroup(client);
      this.#connected.add(client);
      client.once('end', () => this.#connected.delete(client));
    });
    // An idle connection that the server closed: the pool has dropped it already, the next checkout opens another.
    this.#pool.on('error', (error) => onProblem(`a connection to PostgreSQL was lost: ${error.message}`));
  }

  async checkout(): Promise<Checkout> {
    const client = await takeFrom(this.#pool);
    return {
      client,
      giveBack: (error) => {
        usualPatience(client);
        // Ending the connection is the server's rollback; it frees the locks even if a statement still runs.
        client.release(error ?? lossOf(client) ?? (leftInTransaction(client) || owesAnswer(client)));
      },
    };
  }

  async close(): Promise<void> {
    await endPool(this.#pool);
    // Some are still out: they were waited for. What they run now fails, and the server rolls it back.
    if (this.#pool.totalCount > 0) for (const client of this.#connected) cutConnection(client);
  }
}
