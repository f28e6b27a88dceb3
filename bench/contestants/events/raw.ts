import { randomUUID } from 'node:crypto';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { Effects, untilEffect } from './effects.js';
import { count, enter, openRawSales, sell } from './raw-sales.js';

/**
 * Whoever appended hands the event over at once; what a crash left between the two is found by its inbox row when the
 * process starts.
 */
export const open = async ({ databaseUrl }: Surroundings): Promise<Contestant> => {
  const pool = await openRawSales(databaseUrl);
  const effects = new Effects();
  return untilEffect(
    {
      effects,
      sell: async (id, sku, quantity) => {
        await enter(pool, await sell(pool, id, sku, quantity));
        effects.seen(id);
      },
      count: () => count(pool),
      close: () => pool.end(),
    },
    randomUUID,
  );
};
