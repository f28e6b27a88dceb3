import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Pool } from 'pg';
import type { Server, Surroundings } from '../../harness/contestant.js';
import { Broker } from '../../raw-shop/broker.js';
import { serveOrders } from '../../raw-shop/http.js';
import { declareQueues, remotePlace, serveOthers } from '../../raw-shop/over-the-broker.js';
import { createSchema } from '../../raw-shop/schema.js';
import { SKUS } from './raw.js';

const ORDERS = fileURLToPath(new URL('../../raw-shop/orders-process.ts', import.meta.url));

/**
 * Gateway and all other contexts here, orders in a process of their own: every request that crosses hosts in the shop
 * crosses the broker here.
 */
export const serve = async ({ databaseUrl, transportUrl }: Surroundings): Promise<Server> => {
  const pool = new Pool({ connectionString: databaseUrl, max: 10 });
  await createSchema(pool, SKUS);
  const broker = await Broker.connect(transportUrl);
  await declareQueues(broker);
  await serveOthers(broker, pool);
  const orders = fork(ORDERS, [databaseUrl, transportUrl], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(orders, 'message');
  const { address, close } = await serveOrders(remotePlace(broker));
  return {
    address,
    close: async () => {
      await close();
      orders.disconnect();
      await once(orders, 'exit');
      await broker.close();
      await pool.end();
    },
  };
};

export { open } from './raw.js';
