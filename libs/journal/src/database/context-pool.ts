import { isNativeError } from 'node:util/types';
import type { PoolClient } from 'pg';
import { claimConnection } from './connection-scope.js';
import type { ConnectionSource } from './connection-source.js';

type Connected = (error: Error | undefined, client?: PoolClient, release?: (error?: Error | boolean) => void) => void;

/**
 * What the ORM takes for a `pg.Pool` of its own: it makes one per DataSource and ends it with it. Here all of them stand before one shared
 * source, which only its owner ends.
 */
export class ContextPool {
  constructor(
    readonly context: string,
    private readonly source: ConnectionSource,
  ) {}

  connect(done: Connected): void {
    let unclaim: () => void;
    try {
      unclaim = claimConnection(this.context);
    } catch (error) {
      done(asError(error));
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
        done(asError(error));
      },
    );
  }

  /** The source has its own listener for the errors of idle connections; a second report per context would say nothing new. */
  on(_event: 'error', _listener: (error: Error) => void): this {
    return this;
  }

  end(done: (error?: Error) => void): void {
    done();
  }
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

const asError = (error: unknown): Error => (isNativeError(error) ? error : new Error(String(error)));
