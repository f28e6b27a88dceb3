import { ServiceBroker } from 'moleculer';
import { keepBusy } from '../../harness/keep-busy.ts';

const brokerOf = (nodeID, url) =>
  new ServiceBroker({
    nodeID,
    logger: false,
    transporter: { type: 'AMQP', options: { url, socketOptions: { noDelay: true }, prefetch: 100 } },
  });

export const serve = async ({ transportUrl }) => {
  const broker = brokerOf('stock', transportUrl);
  broker.createService({
    name: 'stock',
    actions: {
      check: {
        params: { sku: { type: 'string', min: 1, max: 40 }, quantity: { type: 'number', integer: true, min: 0 } },
        handler: async ({ params: { sku, quantity } }) => ({ sku, left: 1_000 - quantity }),
      },
    },
  });
  await broker.start();
  return { close: () => broker.stop() };
};

export const open = async ({ transportUrl }) => {
  const broker = brokerOf('gateway', transportUrl);
  await broker.start();
  await broker.waitForServices('stock', 30_000);
  return {
    run: (work) =>
      keepBusy(work, async (index) => {
        const quantity = index % 100;
        const { left } = await broker.call('stock.check', { sku: 'T-1', quantity });
        if (left !== 1_000 - quantity) throw new Error(`a wrong answer: ${left}`);
      }),
    close: () => broker.stop(),
  };
};
