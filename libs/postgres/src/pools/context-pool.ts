import { tellable } from '@isolith/contracts';
import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { claimConnection } from '../connections/connection-scope.js';
import type { ConnectionSource } from '../connections/connection-source.js';
import { ConnectionLease } from '../connections/lease.js';
import { SharedPool } from './shared-pool.js';

type Connected = (error: Error | undefined, client?: PoolClient, release?: (error?: Error | boolean) => void) => void;

/**
 * What the ORM takes for a `pg.Pool` of its own: it makes one per DataSource and ends it with it. Here all of them
 * stand before one shared source, which only its owner ends.
 */
export class ContextPool {
  private readonly leases = new Set<ConnectionLease>();
  private ended = false;

  constructor(
    readonly context: string,
    private readonly source: ConnectionSource,
  ) {}

  /**
   * Whether its connections are those of this DataSource of an application, or of one that stands before the same
   * source.
   */
  isOver(dataSource: DataSource): boolean {
    if (this.source instanceof SharedPool) return this.source.dataSource === dataSource;
    return pools.get(dataSource)?.source === this.source;
  }

  /** Another one before the same source. */
  besides(context: string): ContextPool {
    return new ContextPool(context, this.source);
  }

  connect(done: Connected): void {
    let unclaim: () => void;
    try {
      unclaim = claimConnection(this.context);
    } catch (error) {
      done(tellable(error));
      return;
    }
    this.source.checkout().then(
      ({ client, giveBack }) =>
        done(undefined, client, (error) => {
          unclaim();
          giveBack(error);
        }),
      (error: unknown) => {
        unclaim();
        done(tellable(error));
      },
    );
  }

  /**
   * A connection for the journal's own statements, past the ORM: what its query runner does around a statement costs as
   * much as the statement. Throws NestedCheckoutError as `connect` does.
   */
  async lease(): Promise<ConnectionLease> {
    if (this.ended) throw new Error(`the database of ${this.context} is closed`);
    const unclaim = claimConnection(this.context);
    try {
      const { client, statements, giveBack } = await this.source.checkout();
      const lease = new ConnectionLease(client, statements, () => {
        this.leases.delete(lease);
        unclaim();
        giveBack();
      });
      this.leases.add(lease);
      if (this.ended) lease.giveBack();
      return lease;
    } catch (error) {
      unclaim();
      throw error;
    }
  }

  /**
   * The source has its own listener for the errors of idle connections; a second report per context would say nothing
   * new.
   */
  on(_event: 'error', _listener: (error: Error) => void): this {
    return this;
  }

  /** Takes away what is still out, as the ORM has just done with its own. */
  end(done: (error?: Error) => void): void {
    this.ended = true;
    for (const lease of this.leases) lease.giveBack();
    done();
  }
}

/** What a DataSource takes its connections from. */
const pools = new WeakMap<DataSource, ContextPool>();

export function standsBehind(pool: ContextPool, dataSource: DataSource): void {
  pools.set(dataSource, pool);
}

/** @throws Error for a DataSource that was not opened here */
export function poolOf(dataSource: DataSource): ContextPool {
  const pool = pools.get(dataSource);
  if (pool === undefined) throw new Error('this DataSource was not opened by Databases');
  return pool;
}

/** The `driver` option of a DataSource: where the ORM looks for the package `pg` and calls `new Pool(…)`. */
export function driverOver(pool: ContextPool): { readonly Pool: () => ContextPool } {
  return {
    // Not an arrow: it must be constructible. What a constructor returns is what `new` gives.
    Pool: function Pool() {
      return pool;
    },
  };
}
