import type { Channel } from 'amqplib';

/**
 * Closes a channel; resolves when it is closed, by the broker's word or because its connection has ended. amqplib's own
 * `close()` waits for the broker's word alone, which a connection that ends meanwhile never brings.
 */
export function endChannel(channel: Channel): Promise<void> {
  return new Promise((resolve) => {
    channel.once('close', () => resolve());
    // Rejects when it was closed already.
    channel.close().catch(() => resolve());
  });
}
