import { OverloadedError } from '@isolith/contracts';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import type { DataSource } from 'typeorm';
import { leftInTransaction, takeFrom, type Checkout, type ConnectionSource } from '../connections/connection-source.js';
import { connectionOf } from '../connections/connection-url.js';
import { driverVersion } from '../connections/driver-version.js';
import { loadOf, type PoolLoad } from '../connections/pool-load.js';
import type { SessionStatements } from '../connections/session-statements.js';
import { statementsOf } from '../connections/statements-of.js';
import type { PostgresTarget } from '../targets/target.js';
import { lossOf, owesAnswer, watchConnection } from '../connections/watched-connection.js';

const WAIT_MS = 5_000;

/**
 * The connections of an application's own DataSource. They stay as the application has set them up: nothing is pinned,
 * nothing has a limit that it did not give them, and a session that Isolith changed (for a migration) is ended instead
 * of given back. Its pool is the application's to end.
 */
export class SharedPool implements ConnectionSource {
  readonly #pool: Pool;
  readonly #waitMs: number;
  readonly #version: string | undefined;
  readonly #known = new WeakMap<PoolClient, SessionStatements>();
  readonly #changed = new WeakSet<PoolClient>();

  constructor(
    readonly dataSource: DataSource,
    waitMs = WAIT_MS,
    version = driverVersion(),
  ) {
    this.#version = version;
    this.#pool = poolBehind(dataSource);
    this.#waitMs = waitMs;
  }

  /** @throws OverloadedError if none came free in time, however long the pool itself would let one wait */
  async checkout(): Promise<Checkout> {
    const taking = takeFrom(this.#pool);
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), this.#waitMs);
    const client = await Promise.race([taking, late.promise]).finally(() => clearTimeout(timer));
    if (client !== undefined) return this.#handedOut(client);
    // Its own time is over; what comes now is nobody's.
    taking.then(
      (unwanted) => unwanted.release(),
      () => undefined,
    );
    throw new OverloadedError(
      `the database is overloaded: no connection of the application's DataSource came free within ${this.#waitMs} ms`,
    );
  }

  endAfterUse(client: PoolClient): void {
    this.#changed.add(client);
  }

  load(): PoolLoad {
    return loadOf(this.#pool);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #handedOut(client: PoolClient): Checkout {
    let statements = this.#known.get(client);
    if (statements === undefined) {
      if (!tellsOfTransactions(client)) {
        client.release();
        throw new TypeError("the application's pg can't tell whether a session is in a transaction: update it");
      }
      watchConnection(client);
      statements = statementsOf(client, this.#version);
      this.#known.set(client, statements);
    }
    return {
      client,
      statements,
      giveBack: (error) =>
        client.release(
          error ?? lossOf(client) ?? (leftInTransaction(client) || owesAnswer(client) || this.#changed.has(client)),
        ),
    };
  }
}

/**
 * Where the rows of a context are that has no database of its own.
 * @throws {TypeError} naming what the DataSource lacks: it must be of PostgreSQL, and initialized
 */
export function sharedTarget(dataSource: DataSource): PostgresTarget {
  const { options } = poolBehind(dataSource);
  return {
    kind: 'postgres',
    url: urlOf(options),
    poolSize: options.max,
    variable: 'the DataSource',
    shared: { dataSource, connection: sessionOptions(options) },
  };
}

function poolBehind(dataSource: DataSource): Pool {
  const { type } = dataSource.options;
  if (type !== 'postgres') throw new TypeError(`the DataSource is of ${type}; units of work need one of postgres`);
  const pool: unknown = Reflect.get(dataSource.driver, 'master');
  if (!isPool(pool))
    throw new TypeError('the DataSource is not initialized: provide it when it is, as TypeOrmModule.forRoot does');
  return pool;
}

// Not by its class: the application may have a copy of the driver of its own.
const isPool = (pool: unknown): pool is Pool =>
  typeof pool === 'object' && pool !== null && 'connect' in pool && 'options' in pool && 'waitingCount' in pool;

/** A copy of the driver that is older than ours does not. */
const tellsOfTransactions = (client: object): boolean =>
  'getTransactionStatus' in client && typeof client.getTransactionStatus === 'function';

/** For a session beside the pool, with the pool's ways to reach the server. */
function sessionOptions(options: PoolConfig): PoolConfig {
  const { connectionString, ...parts } = options;
  // The pool hides its password from whoever prints its options.
  const given = Object.entries({ ...parts, password: options.password }).filter(([, value]) => value !== undefined);
  // What stands beside a URL wins over it, as in the driver.
  return { ...(connectionString === undefined ? {} : connectionOf(connectionString)), ...Object.fromEntries(given) };
}

/** Tells people, and one database from another. Never a password. */
function urlOf(options: PoolConfig): string {
  const { host, port = 5432, user, database } = sessionOptions(options);
  const url = new URL('postgres://localhost');
  // A folder with a socket is no host name.
  if (host !== undefined && !host.startsWith('/')) url.hostname = host;
  url.port = String(port);
  url.username = user ?? '';
  url.pathname = encodeURIComponent(database ?? user ?? '');
  return url.href;
}
