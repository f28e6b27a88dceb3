import { connect, type Channel, type ConsumeMessage } from 'amqplib';
import type { Server } from '../../harness/contestant.js';

const PREFETCH = 100;

/**
 * Answers what comes to a queue, on one channel; one acknowledgement stands for all that was answered in a turn of the
 * event loop.
 */
export async function serveRaw(
  transportUrl: string,
  declare: (channel: Channel) => Promise<unknown>,
  queue: string,
): Promise<Server> {
  const connection = await connect(transportUrl, { noDelay: true });
  const channel = await connection.createChannel();
  await declare(channel);
  await channel.prefetch(PREFETCH);
  let last: ConsumeMessage | undefined;
  const acknowledge = (): void => {
    if (last !== undefined) channel.ack(last, true);
    last = undefined;
  };
  await channel.consume(queue, (message) => {
    if (message === null) throw new Error('the broker ended the consumer');
    const { sku, quantity } = JSON.parse(message.content.toString());
    const answer = Buffer.from(JSON.stringify({ sku, left: 1_000 - quantity }));
    channel.sendToQueue(message.properties.replyTo, answer, { correlationId: message.properties.correlationId });
    if (last === undefined) setImmediate(acknowledge);
    last = message;
  });
  return { close: () => connection.close() };
}
