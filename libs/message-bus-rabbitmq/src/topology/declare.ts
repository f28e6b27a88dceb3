import { NotDeliveredError } from '@isolith/contracts';
import type { Channel, ChannelModel } from 'amqplib';
import type { Address } from '@isolith/message-bus';
import { endChannel } from '../connection/end-channel.js';
import { isPreconditionFailed } from './objection.js';
import { BROADCAST_EXCHANGE, queuesOf, type QueueSpec } from './topology.js';

/** A queue exists with other arguments than this version declares. It stays as it is and nothing is sent to it. */
export class QueueMismatchError extends NotDeliveredError {
  constructor(
    readonly queue: string,
    readonly argument: string,
    detail: string,
  ) {
    super(
      `queue ${queue} exists with another ${argument} than this version declares; empty and delete it, or run the version that declared it (${detail})`,
    );
  }
}

/** Declares the queues, and throws a QueueMismatchError after which the channel is gone. */
export async function declareOn(channel: Channel, queues: readonly QueueSpec[]): Promise<void> {
  for (const { name, durable, exclusive, arguments: args } of queues) {
    try {
      await channel.assertQueue(name, { durable, exclusive, arguments: args });
    } catch (error) {
      throw mismatch(name, error) ?? error;
    }
  }
}

/** What a sender declares before it sends to the address. */
export function declarationOf(to: Address): (connection: ChannelModel) => Promise<void> {
  return (connection) =>
    onOwnChannel(connection, (channel) =>
      to.lane === 'broadcast' ? declareBroadcast(channel) : declareOn(channel, queuesOf(to)),
    );
}

export async function declareBroadcast(channel: Channel): Promise<void> {
  await channel.assertExchange(BROADCAST_EXCHANGE, 'fanout', { durable: true });
}

/** Runs `work` on a channel of its own: what the broker objects to closes that channel and no other. */
export async function onOwnChannel(connection: ChannelModel, work: (channel: Channel) => Promise<void>): Promise<void> {
  const channel = await connection.createChannel();
  // The rejection of the call that the broker objected to says the same.
  channel.on('error', () => undefined);
  try {
    await work(channel);
  } finally {
    await endChannel(channel);
  }
}

function mismatch(queue: string, error: unknown): QueueMismatchError | undefined {
  if (!isPreconditionFailed(error)) return undefined;
  const argument = /inequivalent arg '([^']+)'/.exec(error.message)?.[1] ?? 'declaration';
  return new QueueMismatchError(queue, argument, error.message);
}
