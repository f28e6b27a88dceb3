import type { Address, Delivery } from '@isolith/message-bus';
import type { Answerer } from './answerer.js';
import type { Busy } from './busy.js';
import type { KeyedRuns } from './keyed-runs.js';
import type { RabbitMqMetrics } from './metrics.js';
import type { ProblemSink } from './options.js';
import type { Parking } from './parking.js';

/** What all intakes of one consumer share. */
export interface IntakeParts {
  readonly address: Address;
  readonly on: (delivery: Delivery) => Promise<void>;
  readonly runs: KeyedRuns;
  readonly busy: Busy;
  readonly answerer: Answerer;
  readonly parking: Parking;
  readonly metrics: RabbitMqMetrics;
  readonly onProblem: ProblemSink;
}
