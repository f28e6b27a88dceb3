import { CommandBus } from '@nestjs/cqrs';
import type { Contestant, Server, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { asUser, Reserve, serveStock, startHost } from '../query-lane/stock-hosts.js';

export const serve = ({ transportUrl }: Surroundings): Promise<Server> => serveStock(transportUrl);

export const open = async ({ transportUrl }: Surroundings): Promise<Contestant> => {
  const app = await startHost(transportUrl, 'gateway');
  const commands = app.get(CommandBus, { strict: false });
  return {
    run: (work) =>
      asUser(() =>
        keepBusy(work, async (index) => {
          const quantity = index % 100;
          const { left } = await commands.execute(new Reserve({ sku: 'T-1', quantity }));
          if (left !== 1_000 - quantity) throw new Error(`a wrong answer: ${left}`);
        }),
      ),
    close: () => app.close(),
  };
};
