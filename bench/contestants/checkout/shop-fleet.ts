import type { Contestant, Server, Surroundings } from '../../harness/contestant.js';
import { newCustomer, signIn } from '../../../test/support/client.js';
import { startFleet } from '../../../test/support/fleet.js';
import { cleanUp } from '../../../test/support/host.js';
import type { Placement } from '../../../test/support/placements.js';
import { ADMIN, newProduct } from '../../../test/support/shop.js';
import { checkouts } from './checkouts.js';
import { PRODUCTS } from './products.js';

/** More of each product than any run orders. */
const ON_HAND = 1_000_000;

/** The built shop in one of its placements, each host a process. */
export const serveShop =
  (placement: Placement) =>
  async ({ databaseUrl, transportUrl }: Surroundings): Promise<Server> => {
    const fleet = await startFleet({
      placement,
      databaseUrl,
      environment: { DATABASE_POOL: '10' },
      ...(placement.hosts.length > 1 ? { transportUrl } : {}),
    });
    // When this process is ended otherwise than by close(), its hosts end with it.
    process.once('exit', () => {
      for (const { pid } of fleet.hosts) tryKill(pid);
    });
    return {
      address: fleet.url,
      close: async () => {
        await fleet.stop();
        await cleanUp();
      },
    };
  };

export const openShop = async ({ serverAddress = '', databaseUrl }: Surroundings): Promise<Contestant> => {
  const admin = await signIn(serverAddress, ADMIN.email, ADMIN.password);
  const skus: string[] = [];
  while (skus.length < PRODUCTS) skus.push(await newProduct({ admin }, ON_HAND));
  return checkouts({ customers: [await newCustomer(serverAddress)], skus, databaseUrl });
};

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
