import { ServiceBroker } from 'moleculer';
import { oneAfterAnother } from '../../harness/keep-busy.ts';

export const open = async () => {
  const broker = new ServiceBroker({ logger: false });
  broker.createService({
    name: 'stock',
    actions: {
      reserve: {
        params: { sku: { type: 'string', min: 1, max: 40 }, quantity: { type: 'number', integer: true, min: 0 } },
        handler: async ({ params: { sku, quantity } }) => ({ sku, left: 1_000 - quantity }),
      },
    },
  });
  await broker.start();
  return {
    run: (work) =>
      oneAfterAnother(work, async (count) => {
        for (let index = 0; index < count; index += 1)
          await broker.call('stock.reserve', { sku: 'T-1', quantity: index % 100 });
      }),
    close: () => broker.stop(),
  };
};
