import { connect } from 'amqplib';
import type { Contestant, Server, Surroundings } from '../../harness/contestant.js';
import { askRaw } from './raw-client.js';
import { serveRaw } from './raw-server.js';

const QUEUE = 'stock';

export const serve = ({ transportUrl }: Surroundings): Promise<Server> =>
  serveRaw(transportUrl, (channel) => channel.assertQueue(QUEUE, { durable: true }), QUEUE);

export const open = async ({ transportUrl }: Surroundings): Promise<Contestant> => {
  const connection = await connect(transportUrl, { noDelay: true });
  const channel = await connection.createChannel();
  return askRaw(
    channel,
    (content, options) => void channel.sendToQueue(QUEUE, content, options),
    () => connection.close(),
  );
};
