import type { Channel, ChannelModel } from 'amqplib';
import { connect } from 'amqplib';
import type { Contestant, Measured, Work } from '../../harness/contestant.js';

/** What is published: about as much as an event of the shop says. */
export const placed = (index: number): { orderId: string; sku: string; quantity: number } => ({
  orderId: `order-${index}`,
  sku: 'T-1',
  quantity: index % 100,
});

/**
 * A contestant whose messages nobody consumes: after each round it is counted that they all are in the queue, on a
 * connection of its own, and they are thrown away, so that no round meets what the one before it left.
 */
export async function keptIn(
  transportUrl: string,
  queue: string,
  run: (work: Work) => Promise<Measured>,
  close: () => Promise<unknown>,
): Promise<Contestant> {
  const connection: ChannelModel = await connect(transportUrl);
  const channel: Channel = await connection.createChannel();
  return {
    run: async (work) => {
      const measured = await run(work);
      const { messageCount } = await channel.purgeQueue(queue);
      if (messageCount !== measured.operations)
        throw new Error(`${measured.operations} messages were confirmed, ${messageCount} are in the queue`);
      return measured;
    },
    close: async () => {
      await close();
      await connection.close();
    },
  };
}
