import { QueryBus } from '@nestjs/cqrs';
import type { Contestant, Server, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { asUser, Check, serveStock, startHost } from './stock-hosts.js';

export const serve = ({ transportUrl }: Surroundings): Promise<Server> => serveStock(transportUrl);

export const open = async ({ transportUrl }: Surroundings): Promise<Contestant> => {
  const app = await startHost(transportUrl, 'gateway');
  const queries = app.get(QueryBus, { strict: false });
  return {
    run: (work) =>
      asUser(() =>
        keepBusy(work, async (index) => {
          const quantity = index % 100;
          const { left } = await queries.execute(new Check({ sku: 'T-1', quantity }));
          if (left !== 1_000 - quantity) throw new Error(`a wrong answer: ${left}`);
        }),
      ),
    close: () => app.close(),
  };
};
