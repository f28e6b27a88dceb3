import { freshVhost } from './broker.js';
import { newCustomer, signIn, type Client } from './client.js';
import { freshDatabase } from './database.js';
import { startFleet, type Fleet } from './fleet.js';
import { eachItsOwn, type Placement } from './placements.js';
import { ADMIN } from './shop.js';

/** A shop of several hosts with a database and a virtual host of its own, its admin and a customer signed in. */
export interface SplitShop {
  readonly fleet: Fleet;
  readonly admin: Client;
  readonly customer: Client;
  readonly databaseUrl: string;
  readonly transportUrl: string;
  stop(): Promise<void>;
}

/** `args`: what Node is given instead of `dist/main.js`. */
export async function startSplitShop(
  placement: Pick<Placement, 'hosts' | 'environment'> = eachItsOwn,
  args?: readonly string[],
): Promise<SplitShop> {
  const [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  const drop = async (): Promise<void> => {
    await vhost.drop();
    await database.drop();
  };
  try {
    const fleet = await startFleet({
      placement: { name: 'split', database: 'postgresql', ...placement },
      ...(args === undefined ? {} : { args }),
      databaseUrl: database.url,
      transportUrl: vhost.url,
    });
    const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    const customer = await newCustomer(fleet.url);
    const stop = async (): Promise<void> => {
      await fleet.stop();
      await drop();
    };
    return { fleet, admin, customer, databaseUrl: database.url, transportUrl: vhost.url, stop };
  } catch (error) {
    // The hosts that did start end with the file.
    await drop();
    throw error;
  }
}
