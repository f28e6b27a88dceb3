import { addressName, type Address, type Joining, type Refusal } from '@isolith/message-bus';
import type { ChannelModel } from 'amqplib';
import { open, type BrokerAddress } from '../connection/broker-address.js';
import { declareBroadcast, declareOn, onOwnChannel } from './declare.js';
import { differences } from './differences.js';
import { isLocked, isPreconditionFailed, refusedAccess } from './objection.js';
import { broadcastQueue, BROADCAST_EXCHANGE, queueName, queuesOf, type QueueSpec } from './topology.js';

/** What is being checked may end the connection; so often a new one is made. */
const MOST_CONNECTIONS = 4;
const NOBODY = 'isolith.nobody';

type Check = (connection: ChannelModel) => Promise<readonly Refusal[]>;

/**
 * Looks at all that a host needs on the broker: queues with the arguments of this version, and the right to use them.
 * On a connection of its own, which a queue that the broker can't serve may end; what can't be looked at is left to
 * those who use it.
 */
export async function checkBroker(address: BrokerAddress, name: string, joining: Joining): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  const left: Check[] = [writes, ...checksOf(joining)];
  for (let connections = 0; left.length > 0 && connections < MOST_CONNECTIONS; connections += 1) {
    const connection = await open(address, name);
    const ended = new Promise<'ended'>((resolve) => connection.on('close', () => resolve('ended')));
    connection.on('error', () => undefined);
    for (let check = left.shift(); check !== undefined; check = left.shift()) {
      const outcome = await Promise.race([check(connection).catch(() => [] as const), ended]);
      if (outcome === 'ended') break;
      refusals.push(...outcome);
    }
    if (left.length === 0) await connection.close().catch(() => undefined);
  }
  return refusals;
}

/** All queues that a host listens at or sends to, each once. */
export function queuesUsed({ listensAt, sendsTo }: Joining): readonly QueueSpec[] {
  const queues = new Map<string, QueueSpec>();
  for (const at of [...listensAt, ...sendsTo])
    if (at.lane !== 'broadcast') for (const queue of queuesOf(at)) queues.set(queue.name, queue);
  return [...queues.values()];
}

function checksOf(joining: Joining): Check[] {
  const { listensAt, sendsTo } = joining;
  const broadcasts = [...listensAt, ...sendsTo].some(({ lane }) => lane === 'broadcast');
  return [
    ...queuesUsed(joining).map((queue) => declares(queue)),
    ...listensAt.map((at) => reads(at)),
    ...(broadcasts ? [broadcast] : []),
  ];
}

const rights = (refused: string, what: string): Refusal => ({ what: 'rights', detail: `${refused}; ${what}` });

const declares =
  (queue: QueueSpec): Check =>
  async (connection) => {
    try {
      await onOwnChannel(connection, (channel) => declareOn(channel, [queue]));
      return [];
    } catch (error) {
      const refused = refusedAccess(error);
      if (refused !== undefined)
        return [
          rights(
            refused,
            `declaring queue ${queue.name} takes configure permission on it, and for its dead letters read permission on it and write permission on amq.default`,
          ),
        ];
      if (isLocked(error))
        return [{ what: 'arguments', detail: `queue ${queue.name} is exclusive to a connection of somebody else's` }];
      const found = await differences(connection, queue);
      return found.length === 0 ? [] : [{ what: 'arguments', detail: found.join('; ') }];
    }
  };

/** The broker checks the right before it looks at the arguments, which are wrong: so nothing is consumed. */
const reads =
  (at: Address): Check =>
  async (connection) => {
    const queue = at.lane === 'broadcast' ? undefined : queueName(at);
    if (queue === undefined) return [];
    try {
      await onOwnChannel(connection, async (channel) => {
        await channel.consume(queue, () => undefined, { arguments: { 'x-priority': 'none' } });
      });
      return [];
    } catch (error) {
      const refused = refusedAccess(error);
      if (refused === undefined) return [];
      return [rights(refused, `listening at ${addressName(at)} takes read permission on queue ${queue}`)];
    }
  };

/** A message for a queue that does not exist comes back, unless it may not be published at all. */
const writes: Check = async (connection) => {
  const channel = await connection.createConfirmChannel();
  const answered = Promise.withResolvers<Refusal | undefined>();
  channel.on('return', () => undefined);
  channel.on('error', (error: unknown) => {
    const refused = refusedAccess(error);
    answered.resolve(
      refused === undefined ? undefined : rights(refused, 'sending takes write permission on amq.default'),
    );
  });
  channel.on('close', () => answered.resolve(undefined));
  channel.publish('', NOBODY, Buffer.alloc(0), { mandatory: true }, () => void channel.close().catch(() => undefined));
  const found = await answered.promise;
  return found === undefined ? [] : [found];
};

const broadcast: Check = async (connection) => {
  try {
    await onOwnChannel(connection, async (channel) => {
      await declareBroadcast(channel);
      const own = broadcastQueue(`${BROADCAST_EXCHANGE}.check`);
      await declareOn(channel, [own]);
      await channel.bindQueue(own.name, BROADCAST_EXCHANGE, '');
      await channel.deleteQueue(own.name);
    });
    return [];
  } catch (error) {
    const refused = refusedAccess(error);
    if (refused !== undefined)
      return [
        rights(
          refused,
          `broadcasts take configure, read and write permission on names that begin with ${BROADCAST_EXCHANGE}`,
        ),
      ];
    if (isPreconditionFailed(error))
      return [{ what: 'arguments', detail: `exchange ${BROADCAST_EXCHANGE} exists in another form: ${error.message}` }];
    throw error;
  }
};
