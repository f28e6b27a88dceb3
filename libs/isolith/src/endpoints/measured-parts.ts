import type { Type } from '@nestjs/common';
import { TopologyMetrics } from '../topology/topology-metrics.js';
import { EndMetrics } from './end-metrics.js';
import { HostMetrics } from './host-metrics.js';
import { PoolMetrics } from './pool-metrics.js';
import { ProjectionMetrics } from './projection-metrics.js';
import { QueueMetrics } from './queue-metrics.js';

/** What of a host is measured beside its messages. Each declares its metrics when it is made. */
export const measuredParts: readonly Type[] = [
  TopologyMetrics,
  HostMetrics,
  PoolMetrics,
  EndMetrics,
  ProjectionMetrics,
  QueueMetrics,
];
