import { randomBytes } from 'node:crypto';
import { freshVhost } from '../support/broker.js';
import { newCustomer, signIn } from '../support/client.js';
import { freshDatabase } from '../support/database.js';
import { startFleet } from '../support/fleet.js';
import { ADMIN, newProduct } from '../support/shop.js';
import type { Attacked } from './hostile-messages.js';

const PIECES = 100_000;

/**
 * A shop of two processes that sells, with every context reached by the broker, on a database and a virtual host of its
 * own.
 */
export async function attackedShop(): Promise<Attacked & { stop(): Promise<void> }> {
  const [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  const drop = async (): Promise<void> => void (await Promise.all([database.drop(), vhost.drop()]));
  const metricsToken = randomBytes(24).toString('hex');
  try {
    const fleet = await startFleet({
      placement: {
        name: 'two processes',
        hosts: [
          ['gateway', 'users', 'orders', 'products'],
          ['inventory', 'payments', 'shipments', 'notifications'],
        ],
        database: 'postgresql',
      },
      databaseUrl: database.url,
      transportUrl: vhost.url,
      environment: { METRICS_TOKEN: metricsToken, LOG_LEVEL: 'error' },
    });
    const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    return {
      transportUrl: vhost.url,
      databaseUrl: database.url,
      hosts: fleet.hosts,
      metricsToken,
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
