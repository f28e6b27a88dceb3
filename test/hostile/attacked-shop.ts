import { randomBytes } from 'node:crypto';
import { shop } from '../../src/shop.js';
import { freshVhost } from '../support/broker.js';
import { newCustomer, signIn } from '../support/client.js';
import { freshDatabase } from '../support/database.js';
import { startFleet } from '../support/fleet.js';
import { ADMIN, newProduct } from '../support/shop.js';
import type { Attacked } from './hostile-messages.js';
import { watchTurns } from './turn-watch.js';

const PIECES = 100_000;
const BEHIND_THE_GATEWAY = ['gateway', 'users', 'orders', 'products'];

/**
 * A shop of two processes that sells, with every context reached by the broker, on a database and a virtual host of its
 * own.
 */
export async function attackedShop(): Promise<Attacked & { stop(): Promise<void> }> {
  const [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  const drop = async (): Promise<void> => void (await Promise.all([database.drop(), vhost.drop()]));
  const turns = watchTurns();
  const metricsToken = randomBytes(24).toString('hex');
  try {
    const fleet = await startFleet({
      placement: {
        name: 'two processes',
        hosts: [BEHIND_THE_GATEWAY, shop.names.filter((name) => !BEHIND_THE_GATEWAY.includes(name))],
        database: 'postgresql',
      },
      databaseUrl: database.url,
      transportUrl: vhost.url,
      environment: { METRICS_TOKEN: metricsToken, LOG_LEVEL: 'error', ...turns.environment },
    });
    const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    return {
      transportUrl: vhost.url,
      databaseUrl: database.url,
      hosts: fleet.hosts,
      metricsToken,
      turns,
      admin,
      customer: await newCustomer(fleet.url),
      sku: await newProduct({ admin }, PIECES),
      stop: async () => {
        await fleet.stop();
        await drop();
      },
    };
  } catch (error) {
    await drop();
    throw error;
  }
}
