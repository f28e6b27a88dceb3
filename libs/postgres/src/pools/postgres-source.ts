import { Pool, type ClientBase, type PoolClient } from 'pg';
import { certificateEnd } from '@isolith/contracts';
import { sqlState } from '../connections/database-errors.js';
import { connectionOf } from '../connections/connection-url.js';
import {
  endPool,
  leftInTransaction,
  takeFrom,
  type Checkout,
  type ConnectionSource,
} from '../connections/connection-source.js';
import { driverVersion } from '../connections/driver-version.js';
import { loadOf, type PoolLoad } from '../connections/pool-load.js';
import type { SessionStatements } from '../connections/session-statements.js';
import { SESSION_LIMITS, pinSession } from '../connections/session-settings.js';
import { statementsOf } from '../connections/statements-of.js';
import {
  answerWithin,
  cutConnection,
  lossOf,
  owesAnswer,
  usualPatience,
  watchConnection,
} from '../connections/watched-connection.js';

/** Half of what a request has by default: whoever waited this long is told, and can still ask again. */
const CONNECT_OR_WAIT_MS = 5_000;
/** A server that lives has given a statement up by then and said so. */
const ANSWER_MS = SESSION_LIMITS.statement_timeout + 5_000;
/**
 * The operating system asks an idle peer whether it is still there, then once a second, and ends the connection after
 * ten unanswered questions.
 */
const ASK_IDLE_PEER_MS = 10_000;

/** read_only_sql_transaction */
const READ_ONLY = '25006';
const RENEW_EVERY_MS = 1_000;

export interface PostgresLimits {
  /** How long a caller waits for a connection, made or come free, in milliseconds; default 5,000. */
  readonly waitMs?: number | undefined;
  /**
   * How long the server may owe the answer to a statement before the connection counts as lost, in milliseconds;
   * default 35,000.
   */
  readonly answerMs?: number | undefined;
}

/**
 * A pool on a PostgreSQL server. A connection that the server has ended is replaced by the next caller's; nobody has to
 * restart anything. `version` is that of the driver: specs say another.
 */
export class PostgresSource implements ConnectionSource {
  readonly #pool: Pool;
  readonly #connected = new Set<PoolClient>();
  readonly #statements = new WeakMap<PoolClient, SessionStatements>();
  readonly #version: string | undefined;
  readonly #madeAt = new WeakMap<ClientBase, number>();
  /** Sessions that were made before lead to a server that was demoted; see `renew`. */
  #renewedAt = -Infinity;
  #certificateEnd: number | undefined;

  constructor(
    url: string,
    poolSize: number,
    onProblem: (line: string) => void,
    { waitMs = CONNECT_OR_WAIT_MS, answerMs = ANSWER_MS }: PostgresLimits = {},
    version = driverVersion(),
  ) {
    this.#version = version;
    // A part of making the connection: nobody has it before, and it fails like one that could not be made. The pool
    // awaits it.
    const onConnect = async (client: ClientBase): Promise<void> => {
      watchConnection(client, answerMs, (error) => {
        if (sqlState(error) === READ_ONLY) this.renew();
      });
      this.#madeAt.set(client, performance.now());
      this.#certificateEnd = certificateEnd(socketOf(client));
      answerWithin(client, waitMs);
      await pinSession(client, true);
      usualPatience(client);
    };
    const options = {
      max: poolSize,
      application_name: 'isolith',
      connectionTimeoutMillis: waitMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: ASK_IDLE_PEER_MS,
      ...connectionOf(url),
    };
    this.#pool = new Pool(Object.assign(options, { onConnect }));
    this.#pool.on('connect', (client) => {
      this.#connected.add(client);
      client.once('end', () => this.#connected.delete(client));
    });
    // An idle connection that the server closed: the pool has dropped it already, the next checkout opens another.
    this.#pool.on('error', (error) => onProblem(`a connection to PostgreSQL was lost: ${error.message}`));
  }

  async checkout(): Promise<Checkout> {
    let client = await takeFrom(this.#pool);
    // At most as often as the pool is large: what is made meanwhile is younger.
    while (this.#isOutdated(client)) {
      client.release(true);
      client = await takeFrom(this.#pool);
    }
    return this.#handedOut(client);
  }

  /**
   * A primary that is demoted keeps its sessions, and answers on them that it takes no writes, while new ones are led
   * to its successor by whatever stands in between. So after one such answer no older session is used again. Once in a
   * while only: where nobody takes writes, new sessions would be no better.
   */
  renew(): void {
    const now = performance.now();
    if (now - this.#renewedAt > RENEW_EVERY_MS) this.#renewedAt = now;
  }

  #isOutdated(client: ClientBase): boolean {
    return (this.#madeAt.get(client) ?? Infinity) < this.#renewedAt;
  }

  #handedOut(client: PoolClient): Checkout {
    const statements = this.#statements.get(client) ?? statementsOf(client, this.#version);
    this.#statements.set(client, statements);
    return {
      client,
      statements,
      giveBack: (error) => {
        usualPatience(client);
        // Ending the connection is the server's rollback; it frees the locks even if a statement still runs.
        client.release(
          error ?? lossOf(client) ?? (leftInTransaction(client) || owesAnswer(client) || this.#isOutdated(client)),
        );
      },
    };
  }

  load(): PoolLoad {
    const end = this.#certificateEnd;
    return { ...loadOf(this.#pool), ...(end === undefined ? {} : { certificateEnd: end }) };
  }

  async close(): Promise<void> {
    await endPool(this.#pool);
    // Some are still out: they were waited for. What they run now fails, and the server rolls it back.
    if (this.#pool.totalCount > 0) for (const client of this.#connected) cutConnection(client);
  }
}

/** The driver keeps it in its connection, which it does not declare. */
function socketOf(client: ClientBase): unknown {
  const connection: unknown = Reflect.get(client, 'connection');
  return typeof connection === 'object' && connection !== null ? Reflect.get(connection, 'stream') : undefined;
}
