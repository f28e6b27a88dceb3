import { addressName, type Address } from '@isolith/message-bus';

/** A queue as it is declared: everything here is compared by the broker when it exists already. */
export interface QueueSpec {
  readonly name: string;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

/** A change of any argument below is a new version, so that old and new hosts never declare one name in two ways. */
const WIRE_VERSION: number = 1;

const SUFFIX = WIRE_VERSION === 1 ? '' : `.v${WIRE_VERSION}`;

/** Every host's own queue is bound to it. */
export const BROADCAST_EXCHANGE = `isolith.broadcast${SUFFIX}`;

/** Requests that wait for a consumer; beyond it the sender is told. */
const LONGEST_REQUEST_QUEUE = 100_000;
const LONGEST_EVENT_QUEUE = 1_000_000;
const LONGEST_PARKING_QUEUE = 100_000;
const LONGEST_BROADCAST_QUEUE = 10_000;

/** A backstop. What is prefetched when a host dies is counted too, so that a low limit takes innocents along. */
const DELIVERY_LIMIT = 1_000;
/**
 * Nothing lies behind a parking queue: what it drops is lost. Brokers from 4.0 on drop after 20 unless told otherwise.
 */
const PARKING_DELIVERY_LIMIT = 1_000_000;

/**
 * A query lane without a consumer for this long goes, and its senders are told at once instead of at their deadline.
 */
const QUERY_LANE_IDLE_MS = 10_000;

/** The queue of an address. Names of queues are part of what hosts of two releases agree on. */
export function queueName(at: Exclude<Address, { lane: 'broadcast' }>): string {
  return `${addressName(at)}${SUFFIX}`;
}

/** What has to be there before somebody sends to or listens at the address, the address's own queue last. */
export function queuesOf(at: Exclude<Address, { lane: 'broadcast' }>): readonly QueueSpec[] {
  const name = queueName(at);
  switch (at.lane) {
    case 'requests':
      // No dead letters: a request that expired has no caller any more.
      return [quorum(name, { 'x-max-length': LONGEST_REQUEST_QUEUE, 'x-delivery-limit': DELIVERY_LIMIT })];
    case 'queries':
      return [
        {
          name,
          durable: true,
          exclusive: false,
          arguments: { 'x-queue-type': 'classic', 'x-expires': QUERY_LANE_IDLE_MS },
        },
      ];
    case 'subscription':
      return [
        parkingQueue(deadName(name)),
        quorum(name, {
          'x-max-length': LONGEST_EVENT_QUEUE,
          'x-single-active-consumer': true,
          'x-delivery-limit': DELIVERY_LIMIT,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': deadName(name),
          'x-dead-letter-strategy': 'at-least-once',
        }),
      ];
  }
}

/** The queue of what the broker gave up of this one. */
export const deadName = (queue: string): string => `${queue}.dead`;
/** The queue of bytes of this one that are no envelope. */
export const malformedName = (queue: string): string => `${queue}.malformed`;

/** Keeps what nobody can handle until somebody looks at it. */
export function parkingQueue(name: string): QueueSpec {
  return quorum(name, { 'x-max-length': LONGEST_PARKING_QUEUE, 'x-delivery-limit': PARKING_DELIVERY_LIMIT });
}

/**
 * Lives as long as the connection. Its name is never used twice: the broker may still hold the one of a lost
 * connection.
 */
export function broadcastQueue(name: string): QueueSpec {
  return {
    name,
    durable: false,
    exclusive: true,
    arguments: { 'x-queue-type': 'classic', 'x-max-length': LONGEST_BROADCAST_QUEUE, 'x-overflow': 'reject-publish' },
  };
}

function quorum(name: string, more: QueueSpec['arguments']): QueueSpec {
  return {
    name,
    durable: true,
    exclusive: false,
    arguments: { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish', ...more },
  };
}
