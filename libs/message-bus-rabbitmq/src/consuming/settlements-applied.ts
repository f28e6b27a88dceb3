import type { Address } from '@isolith/message-bus';
import type { Channel } from 'amqplib';
import { queueName } from '../topology/topology.js';

/**
 * Resolves when the queue has applied what was acknowledged on this channel before. AMQP confirms no acknowledgement,
 * and a quorum queue has at most 32 commands of a channel on their way: what comes beyond waits in the channel's
 * process and is forgotten when the channel closes (measured on a busy broker: up to 125 of 256 finished requests ran
 * again).
 *
 * Some commands are answered only when the queue's log has applied them, and the log keeps the order:
 *
 *   first answer  --> those on their way are applied; the channel's process sends what waited there, as one command
 *   second answer --> that one is applied too
 *
 * A classic queue gets acknowledgements one by one, before it is told that the channel is gone.
 */
export async function settlementsApplied(channel: Channel, at: Address): Promise<void> {
  if (at.lane === 'subscription') {
    // Beside an active consumer this one only waits, so it is given nothing.
    const { consumerTag } = await channel.consume(queueName(at), () => undefined);
    await channel.cancel(consumerTag);
  } else if (at.lane === 'requests') {
    for (let answers = 0; answers < 2; answers += 1) {
      const taken = await channel.get(queueName(at));
      if (taken !== false) channel.nack(taken);
    }
  }
}
