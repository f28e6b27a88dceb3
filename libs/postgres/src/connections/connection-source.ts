import { OverloadedError } from '@isolith/contracts';
import type { Pool, PoolClient } from 'pg';
import { waitFor, type PoolLoad } from './pool-load.js';
import type { SessionStatements } from './session-statements.js';

/** A connection that is ours until `giveBack`, which is called exactly once. */
export interface Checkout {
  readonly client: PoolClient;
  /** For statements past the ORM. */
  readonly statements: SessionStatements;
  /** The argument is set when the connection is no longer to be trusted. */
  readonly giveBack: (error?: Error | boolean) => void;
}

/**
 * All connections of this process to one database. Implementers owe: a given-back connection is handed out again only
 * outside of any transaction; an error of an idle connection ends neither the process nor the source; `close` waits for
 * nobody longer than a few seconds. Not their job: nesting (`claimConnection`), schemas, migrations.
 */
export interface ConnectionSource {
  checkout(): Promise<Checkout>;
  /**
   * Sessions of now are not handed out again: they lead to where nothing can be written any more. Absent where there is
   * only one session.
   */
  renew?(): void;
  /** This session was changed in a way that only its end undoes. Absent where sessions are put back by a statement. */
  endAfterUse?(client: PoolClient): void;
  /** Absent where nobody shares what is handed out. */
  load?(): PoolLoad;
  /** Ends all connections and what stands behind them. Called once. */
  close(): Promise<void>;
}

/** More callers than this are not a queue but an outage; beyond it the answer is an error. */
const WAITING_AT_MOST = 10_000;
const END_POOL_MS = 5_000;

/** What the pool says to whom it could give no connection in time, because all of them stayed with others. */
const NONE_CAME_FREE = 'timeout exceeded when trying to connect';

/**
 * A connection of the pool, after a wait that the pool's `connectionTimeoutMillis` bounds.
 * @throws OverloadedError if too many wait already, or none came free in time. Nothing was run; asking again later is
 *   safe.
 * @throws Error, as the pool has it, if a new connection could not be made
 */
export async function takeFrom(pool: Pool): Promise<PoolClient> {
  const { max, connectionTimeoutMillis } = pool.options;
  if (pool.waitingCount >= WAITING_AT_MOST)
    throw new OverloadedError(`the database is overloaded: ${pool.waitingCount} callers already wait for a connection`);
  try {
    return await waitFor(pool, () => pool.connect());
  } catch (error) {
    if (!(error instanceof Error) || error.message !== NONE_CAME_FREE) throw error;
    throw new OverloadedError(
      `the database is overloaded: all ${max} connections of this process stayed in use for ${connectionTimeoutMillis} ms, and ${pool.waitingCount} more callers wait`,
      { cause: error },
    );
  }
}

/**
 * True when the session was left inside a transaction, failed or not. PGlite's status is null before its first query.
 */
export function leftInTransaction(client: PoolClient): boolean {
  const status = client.getTransactionStatus();
  return status === 'T' || status === 'E';
}

/** `pool.end()` waits for clients that are out; one that never comes back must not hold the process. */
export async function endPool(pool: Pool): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, END_POOL_MS);
  });
  await Promise.race([pool.end(), enough]);
  clearTimeout(timer);
}
