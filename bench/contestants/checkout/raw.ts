import { Pool } from 'pg';
import type { Contestant, Server, Surroundings } from '../../harness/contestant.js';
import { serveOrders } from '../../raw-shop/http.js';
import { Orders } from '../../raw-shop/orders.js';
import { OtherContexts } from '../../raw-shop/other-contexts.js';
import { createSchema } from '../../raw-shop/schema.js';
import { Client } from '../../../test/support/client.js';
import { checkouts } from './checkouts.js';
import { PRODUCTS } from './products.js';

export const SKUS = Array.from({ length: PRODUCTS }, (_, index) => `RAW-${index}`);

export const serve = async ({ databaseUrl }: Surroundings): Promise<Server> => {
  const pool = new Pool({ connectionString: databaseUrl, max: 10 });
  await createSchema(pool, SKUS);
  const orders = new Orders(pool, new OtherContexts(pool), (error) => {
    throw error;
  });
  const { address, close } = await serveOrders((id, order) => orders.place(id, order));
  return {
    address,
    close: async () => {
      await close();
      await pool.end();
    },
  };
};

export const open = async ({ serverAddress = '', databaseUrl }: Surroundings): Promise<Contestant> =>
  checkouts({ customers: [new Client(serverAddress)], skus: SKUS, databaseUrl });
