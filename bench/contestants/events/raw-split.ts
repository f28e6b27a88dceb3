import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import type { Contestant, Server, Surroundings } from '../../harness/contestant.js';
import { Broker } from '../../raw-shop/broker.js';
import { announceEffects, hearEffects, untilEffect } from './effects.js';
import { count, enter, openRawSales, sell, type Sold } from './raw-sales.js';
import { POOL_SIZE } from './sale-table.js';

const SALES = 'ledger.sales';

export const serve = async ({ databaseUrl, transportUrl }: Surroundings): Promise<Server> => {
  const pool = await openRawSales(databaseUrl);
  const broker = await Broker.connect(transportUrl);
  const { address, announce, close } = await announceEffects();
  await broker.serve<Sold>(SALES, 'commands', async (sold) => {
    await enter(pool, sold);
    announce(sold.id);
  });
  return {
    address,
    close: async () => {
      close();
      await broker.close();
      await pool.end();
    },
  };
};

/** Whoever appended publishes the event at once, with a confirm. */
export const open = async ({ databaseUrl, transportUrl, serverAddress }: Surroundings): Promise<Contestant> => {
  const pool = new Pool({ connectionString: databaseUrl, max: POOL_SIZE });
  const broker = await Broker.connect(transportUrl);
  return untilEffect(
    {
      effects: await hearEffects(serverAddress),
      sell: async (id, sku, quantity) => broker.publish(SALES, await sell(pool, id, sku, quantity)),
      count: () => count(pool),
      close: async () => {
        await broker.close();
        await pool.end();
      },
    },
    randomUUID,
  );
};
