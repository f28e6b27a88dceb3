import type { ProjectionLag } from '@isolith/event-sourcing';
import { ProjectionRegistry } from '@isolith/event-sourcing/nest';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Metrics, type Reading } from '@isolith/observability';
import { Injectable, Logger, Optional } from '@nestjs/common';

type Lag = ProjectionLag & { readonly context: string };

/** How far the projections of this host's contexts are behind their journals, read when it is asked for. */
@Injectable()
export class ProjectionMetrics {
  /** Both metrics show the same lags: those that ask while a read is under way share it. */
  #reading: Promise<readonly Lag[]> | undefined;

  constructor(
    metrics: Metrics,
    private readonly lifecycle: HostLifecycle,
    @Optional() private readonly projections?: ProjectionRegistry,
  ) {
    const log = new Logger('metrics');
    const missing = (err: unknown): void => log.warn({ message: 'a metric could not be read', err });
    const labels = ['projection', 'status'];
    metrics.observe(
      {
        name: 'projection_lag_events',
        help: 'Journal positions that a projection has not looked at. Every host of its context shows it.',
        labels,
      },
      () => this.#readings('events'),
      missing,
    );
    metrics.observe(
      {
        name: 'projection_lag_seconds',
        help: 'Since the first event was recorded that a projection has not looked at. Every host of its context shows it.',
        labels,
      },
      () => this.#readings('seconds'),
      missing,
    );
  }

  async #readings(what: 'events' | 'seconds'): Promise<readonly Reading[]> {
    return (await this.#lags()).map((lag) => ({
      labels: { projection: `${lag.context}.${lag.name}`, status: lag.status },
      value: lag[what],
    }));
  }

  async #lags(): Promise<readonly Lag[]> {
    const { lifecycle, projections } = this;
    // Before and after, there is nothing to ask: the databases are not open.
    if (lifecycle.phase !== 'started' || projections === undefined) return [];
    this.#reading ??= lagsOf(projections).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }
}

async function lagsOf(projections: ProjectionRegistry): Promise<readonly Lag[]> {
  const all = await Promise.all(
    projections.contexts().map(async (context) => {
      const lags = (await projections.of(context)?.lag()) ?? [];
      return lags.map((lag) => ({ context, ...lag }));
    }),
  );
  return all.flat();
}
