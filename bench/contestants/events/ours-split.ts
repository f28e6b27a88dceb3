import type { Contestant, Server, Surroundings } from '../../harness/contestant.js';
import { announceEffects, hearEffects } from './effects.js';
import { sellsThrough } from './our-sales.js';
import { startShop } from './shop.js';

export const serve = async ({ databaseUrl, transportUrl }: Surroundings): Promise<Server> => {
  const { address, announce, close } = await announceEffects();
  const ledger = await startShop({ contexts: ['ledger'], databaseUrl, transportUrl, seen: announce });
  return {
    address,
    close: async () => {
      close();
      await ledger.close();
    },
  };
};

export const open = async ({ databaseUrl, transportUrl, serverAddress }: Surroundings): Promise<Contestant> =>
  sellsThrough(
    await startShop({ contexts: ['gateway', 'till'], databaseUrl, transportUrl }),
    await hearEffects(serverAddress),
    databaseUrl,
  );
