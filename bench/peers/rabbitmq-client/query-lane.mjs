import { Connection } from 'rabbitmq-client';
import { keepBusy } from '../../harness/keep-busy.ts';

const connect = (url) => new Connection({ url, noDelay: true });

export const serve = async ({ transportUrl }) => {
  const connection = connect(transportUrl);
  const consumer = connection.createConsumer(
    { queue: 'stock', queueOptions: { durable: true }, qos: { prefetchCount: 100 } },
    async ({ body: { sku, quantity } }, reply) => {
      await reply({ sku, left: 1_000 - quantity });
    },
  );
  consumer.on('error', (error) => console.error(error));
  await new Promise((resolve) => consumer.once('ready', resolve));
  return {
    close: async () => {
      await consumer.close();
      await connection.close();
    },
  };
};

export const open = async ({ transportUrl }) => {
  const connection = connect(transportUrl);
  const client = connection.createRPCClient({ confirm: false });
  return {
    run: (work) =>
      keepBusy(work, async (index) => {
        const quantity = index % 100;
        const {
          body: { left },
        } = await client.send('stock', { sku: 'T-1', quantity });
        if (left !== 1_000 - quantity) throw new Error(`a wrong answer: ${left}`);
      }),
    close: async () => {
      await client.close();
      await connection.close();
    },
  };
};
