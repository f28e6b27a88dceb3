import type { Pool } from 'pg';

/** How much a pool of connections is asked for. */
export interface PoolLoad {
  /** Connections there are, and how many of them nobody has now. */
  readonly connections: number;
  readonly idle: number;
  /** Callers that wait for one now. */
  readonly waiting: number;
  /** Callers that had to wait, since the pool was made, and the seconds that they waited in all. */
  readonly waits: number;
  readonly waitedSeconds: number;
  /**
   * When the first certificate ends that the server has shown at the last connection, in milliseconds since 1970;
   * absent without TLS, and for a pool that is not ours.
   */
  readonly certificateEnd?: number;
}

interface Waited {
  waits: number;
  seconds: number;
}

const waitedFor = new WeakMap<Pool, Waited>();

/** Counts a wait for a connection. Whoever gets one that is idle waits for nothing. */
export function waitFor<T>(pool: Pool, taken: () => Promise<T>): Promise<T> {
  return pool.idleCount > pool.waitingCount ? taken() : counted(pool, taken);
}

async function counted<T>(pool: Pool, taken: () => Promise<T>): Promise<T> {
  const since = performance.now();
  try {
    return await taken();
  } finally {
    const waited = waitedFor.get(pool) ?? { waits: 0, seconds: 0 };
    waited.waits += 1;
    waited.seconds += (performance.now() - since) / 1_000;
    waitedFor.set(pool, waited);
  }
}

export function loadOf(pool: Pool): PoolLoad {
  const { waits, seconds } = waitedFor.get(pool) ?? { waits: 0, seconds: 0 };
  return {
    connections: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
    waits,
    waitedSeconds: seconds,
  };
}
