import type { Address, Delivery } from '@isolith/message-bus';
import type { Answerer } from '../requests/answerer.js';
import type { Busy } from './busy.js';
import type { HandedBackRequests } from './handed-back-requests.js';
import type { KeyedRuns } from './keyed-runs.js';
import type { RabbitMqMetrics } from '../connection/metrics.js';
import type { ProblemSink } from '../connection/options.js';
import type { SettingAside } from './parking.js';
import type { RareReport } from '../connection/rare-report.js';
import type { Resignation } from './resignation.js';
import type { TimeSlices } from './time-slices.js';

/** What all intakes of one consumer share. */
export interface IntakeParts {
  readonly address: Address;
  readonly on: (delivery: Delivery) => Promise<void>;
  readonly runs: KeyedRuns;
  readonly busy: Busy;
  /** Of all that this transport receives. */
  readonly slices: TimeSlices;
  readonly answerer: Answerer;
  /** On a subscription only: elsewhere nobody would ever look at what is kept. */
  readonly parking: SettingAside | undefined;
  /** Of what is no envelope, and is not parked; and of its callers that could not be told. */
  readonly unreadable: RareReport;
  readonly untold: RareReport;
  readonly handedBack: HandedBackRequests;
  readonly resignation: Resignation;
  /** Whether somebody else consumes here, as far as the broker was asked lately. */
  readonly others: () => boolean;
  readonly metrics: RabbitMqMetrics;
  /** A delivery that nobody was handed before has come. */
  readonly tookFirst: () => void;
  readonly onProblem: ProblemSink;
}
