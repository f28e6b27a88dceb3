import { connect } from 'amqplib';
import type { Contestant, Server, Surroundings } from '../../harness/contestant.js';
import { askRaw } from '../query-lane/raw-client.js';
import { serveRaw } from '../query-lane/raw-server.js';

const QUEUE = 'stock';

export const serve = ({ transportUrl }: Surroundings): Promise<Server> =>
  serveRaw(
    transportUrl,
    (channel) => channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } }),
    QUEUE,
  );

export const open = async ({ transportUrl }: Surroundings): Promise<Contestant> => {
  const connection = await connect(transportUrl, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  const fail = (error: Error): void => void channel.emit('error', error);
  channel.on('return', () => fail(new Error('nobody is there')));
  // The number of requests under way bounds the window of unconfirmed ones.
  const publish: Parameters<typeof askRaw>[1] = (content, options) =>
    void channel.sendToQueue(QUEUE, content, { ...options, persistent: true, mandatory: true }, (error: unknown) => {
      if (error) fail(new Error('the broker refused a request', { cause: error }));
    });
  return askRaw(channel, publish, () => connection.close());
};
