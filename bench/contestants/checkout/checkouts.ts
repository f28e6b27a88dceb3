import { setTimeout as pause } from 'node:timers/promises';
import { Client as Database } from 'pg';
import type { Contestant } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import type { Client } from '../../../test/support/client.js';
import { acceptedOrder } from '../../../test/support/shop.js';

/** How long after its end an order is known to have ended, at most. */
const LOOK_MS = 2;

interface Ended {
  readonly order_id: string;
  readonly status: string;
}

/**
 * Orders that are placed over HTTP, each until its checkout has ended `confirmed`. Whether it has is looked up in the
 * orders' table, with one statement for all that are open: the same for every contestant, and no work for the shop.
 */
export async function checkouts({
  customers,
  skus,
  databaseUrl,
}: {
  customers: readonly Client[];
  skus: readonly string[];
  databaseUrl: string;
}): Promise<Contestant> {
  const database = new Database({ connectionString: databaseUrl });
  await database.connect();
  const open = new Map<
    string,
    { readonly resolve: (status: string) => void; readonly reject: (error: unknown) => void }
  >();
  let looking = false;
  const look = async (): Promise<void> => {
    looking = true;
    while (open.size > 0) {
      const text = `SELECT order_id, status FROM orders.order_view WHERE order_id = ANY($1::uuid[]) AND status <> 'pending'`;
      // Without a name: a plan that is kept is the one of the empty table, a scan of all of it.
      const { rows } = await database.query<Ended>({ text, values: [[...open.keys()]] });
      for (const { order_id, status } of rows) {
        open.get(order_id)?.resolve(status);
        open.delete(order_id);
      }
      await pause(LOOK_MS);
    }
    looking = false;
  };
  const ended = (id: string): Promise<string> =>
    new Promise((resolve, reject) => {
      open.set(id, { resolve, reject });
      if (looking) return;
      look().catch((error: unknown) => {
        for (const order of open.values()) order.reject(error);
      });
    });
  let placed = 0;
  let confirmed = 0;
  return {
    run: (work) =>
      keepBusy(work, async (index) => {
        const [customer, sku] = [customers[index % customers.length], skus[index % skus.length]];
        if (customer === undefined || sku === undefined) throw new Error('nobody to order, or nothing');
        placed += 1;
        const status = await ended(await acceptedOrder(customer, sku));
        if (status !== 'confirmed') throw new Error(`an order ended ${status}`);
        confirmed += 1;
      }),
    close: async () => {
      const {
        rows: [row],
      } = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM orders.order_view WHERE status = 'confirmed'`,
      );
      await database.end();
      if (placed !== confirmed || row?.count !== confirmed)
        throw new Error(`${placed} orders were placed, ${confirmed} seen confirmed, ${row?.count} are`);
    },
  };
}
