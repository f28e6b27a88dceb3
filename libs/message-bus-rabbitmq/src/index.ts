export { QueueMismatchError } from './declare.js';
export type { RabbitMqMetrics } from './metrics.js';
export type { ProblemSink, RabbitMqOptions } from './options.js';
export { RabbitMqTransport, type RabbitMqHealth } from './rabbitmq-transport.js';
export { takeOverClaims, type ForeignClaim, type HeldQueue, type TakeOver } from './take-over.js';
export { BROADCAST_EXCHANGE, deadName, malformedName, queueName, queuesOf, type QueueSpec } from './topology.js';
