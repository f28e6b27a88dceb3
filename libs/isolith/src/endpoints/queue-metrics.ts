import { Metrics } from '@isolith/observability';
import { Injectable, Logger } from '@nestjs/common';
import { QueueWatch } from '../remote/queue-watch.js';

/** What waits for hosts at the broker, as this host has seen it last. */
@Injectable()
export class QueueMetrics {
  constructor(metrics: Metrics, queues: QueueWatch) {
    const log = new Logger('metrics');
    const missing = (err: unknown): void => log.warn({ message: 'a metric could not be read', err });
    metrics.observe(
      {
        name: 'queue_messages',
        help: 'Messages at the broker that nobody has taken, at the last look of this host, which is at most 15 s ago. What is in hand is not among them.',
        labels: ['lane'],
      },
      () => queues.readings().map(({ lane, waiting }) => ({ labels: { lane }, value: waiting })),
      missing,
    );
    metrics.observe(
      {
        name: 'queue_oldest_waiting_seconds',
        help: 'No message at the broker has waited for longer, from the first look of this host on. The least of all hosts is the nearest.',
        labels: ['lane'],
      },
      () =>
        queues
          .readings()
          .flatMap(({ lane, oldestSeconds }) =>
            oldestSeconds === undefined ? [] : [{ labels: { lane }, value: oldestSeconds }],
          ),
      missing,
    );
  }
}
