import type { Leftovers } from '../chaos/sources/leftovers.js';
import { eventually } from './eventually.js';
import type { Host } from './host.js';
import { untilEnded } from './shop.js';
import type { SplitShop } from './split-shop.js';

/** What each mixture of releases sells at least. */
const ORDERS = 4;

/** Orders that are placed from now on have ended; `orders` grows as they are accepted. */
export async function sells(shop: Pick<SplitShop, 'customer'>, orders: readonly string[]): Promise<void> {
  const target = orders.length + ORDERS;
  await eventually(
    `${ORDERS} more orders are accepted`,
    async () => orders.length,
    (count) => count >= target,
  );
  await Promise.all(orders.slice(target - ORDERS, target).map((id) => untilEnded(shop.customer, id)));
}

/** A host of another release joins, sells beside the one before, and stays alone; with how the one before ended. */
export async function rollOver(
  shop: SplitShop,
  { contexts, before, orders }: { contexts: readonly string[]; before: Host; orders: readonly string[] },
  args: readonly string[] | undefined,
): Promise<{ readonly host: Host; readonly exit: number | null }> {
  const host = await shop.fleet.startBeside(contexts, {}, args === undefined ? {} : { args });
  await sells(shop, orders);
  const exit = await before.stop();
  await sells(shop, orders);
  return { host, exit };
}

export const nothingLeft = ({ sagas, parked, failing, behind }: Leftovers): boolean =>
  sagas.length + parked.length + failing.length + behind.length === 0;
