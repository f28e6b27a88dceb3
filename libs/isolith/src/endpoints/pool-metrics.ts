import { JournalHost } from '@isolith/journal/nest';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Metrics, type Measured, type Reading } from '@isolith/observability';
import type { PoolInUse } from '@isolith/postgres';
import { Injectable, Logger } from '@nestjs/common';

const ONE_EACH: readonly (Measured & { readonly of: (pool: PoolInUse) => number })[] = [
  {
    name: 'database_pool_connections',
    help: 'Connections of this host to a database, named by the contexts that share them.',
    of: ({ connections }) => connections,
  },
  { name: 'database_pool_idle', help: 'Connections that nobody has now.', of: ({ idle }) => idle },
  { name: 'database_pool_waiting', help: 'Callers that wait for a connection now.', of: ({ waiting }) => waiting },
  {
    name: 'database_pool_waits_total',
    help: 'Callers that had to wait for a connection, since the start.',
    type: 'counter',
    of: ({ waits }) => waits,
  },
  {
    name: 'database_pool_wait_seconds_total',
    help: 'Seconds that callers have waited for a connection in all, since the start.',
    type: 'counter',
    of: ({ waitedSeconds }) => waitedSeconds,
  },
];

/** How much the connections of this host to its databases are asked for, read when it is asked for. */
@Injectable()
export class PoolMetrics {
  constructor(
    metrics: Metrics,
    private readonly journals: JournalHost,
    private readonly lifecycle: HostLifecycle,
  ) {
    const log = new Logger('metrics');
    for (const { of, ...measured } of ONE_EACH)
      metrics.observe(
        { ...measured, labels: ['contexts'] },
        () => this.#readings(of),
        (err) => log.warn({ message: 'a metric could not be read', err }),
      );
  }

  async #readings(of: (pool: PoolInUse) => number): Promise<readonly Reading[]> {
    if (this.lifecycle.phase !== 'started') return [];
    return (await this.journals.pools()).map((pool) => ({
      labels: { contexts: pool.contexts.join(',') },
      value: of(pool),
    }));
  }
}
