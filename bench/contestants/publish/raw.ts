import { connect } from 'amqplib';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { keptIn, placed } from './kept-in.js';

const QUEUE = 'mails';

export const open = async ({ transportUrl }: Surroundings): Promise<Contestant> => {
  const connection = await connect(transportUrl, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  channel.on('return', () => channel.emit('error', new Error('the queue is gone')));
  const publish = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      channel.sendToQueue(
        QUEUE,
        Buffer.from(JSON.stringify(placed(index))),
        { persistent: true, mandatory: true },
        (error: unknown) => {
          if (error) reject(new Error('the broker refused a message', { cause: error }));
          else resolve();
        },
      );
    });
  return keptIn(
    transportUrl,
    QUEUE,
    (work) => keepBusy(work, publish),
    () => connection.close(),
  );
};
