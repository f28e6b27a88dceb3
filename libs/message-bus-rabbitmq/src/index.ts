export { QueueMismatchError } from './topology/declare.js';
export type { RabbitMqMetrics } from './connection/metrics.js';
export type { ProblemSink, RabbitMqOptions } from './connection/options.js';
export { RabbitMqTransport, type RabbitMqHealth } from './rabbitmq-transport.js';
export { takeOverClaims, type ForeignClaim, type HeldQueue, type TakeOver } from './topology/take-over.js';
export {
  BROADCAST_EXCHANGE,
  deadName,
  malformedName,
  queueName,
  queuesOf,
  type QueueSpec,
} from './topology/topology.js';
