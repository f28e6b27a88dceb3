import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { Effects } from './effects.js';
import { sellsThrough } from './our-sales.js';
import { startShop } from './shop.js';

export const open = async ({ databaseUrl }: Surroundings): Promise<Contestant> => {
  const effects = new Effects();
  return sellsThrough(
    await startShop({ contexts: ['gateway', 'till', 'ledger'], databaseUrl, seen: effects.seen }),
    effects,
    databaseUrl,
  );
};
