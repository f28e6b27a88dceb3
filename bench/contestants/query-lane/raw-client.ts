import type { Channel, Options } from 'amqplib';
import type { Contestant } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';

const REPLY_TO = 'amq.rabbitmq.reply-to';

/** Asks through `publish`, and takes the answers that come back on the channel. */
export async function askRaw(
  channel: Channel,
  publish: (content: Buffer, options: Options.Publish) => void,
  close: () => Promise<void>,
): Promise<Contestant> {
  const waiting = new Map<string, (left: number) => void>();
  await channel.consume(
    REPLY_TO,
    (message) => {
      if (message === null) throw new Error('the broker ended the consumer');
      const id = message.properties.correlationId;
      waiting.get(id)?.(JSON.parse(message.content.toString()).left);
      waiting.delete(id);
    },
    { noAck: true },
  );
  let asked = 0;
  return {
    run: (work) =>
      keepBusy(work, async (index) => {
        const quantity = index % 100;
        const left = await new Promise<number>((resolve) => {
          asked += 1;
          const correlationId = String(asked);
          waiting.set(correlationId, resolve);
          publish(Buffer.from(JSON.stringify({ sku: 'T-1', quantity })), { replyTo: REPLY_TO, correlationId });
        });
        if (left !== 1_000 - quantity) throw new Error(`a wrong answer: ${left}`);
      }),
    close,
  };
}
