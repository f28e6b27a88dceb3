import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { newCustomer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/host.js';
import { notification, pageOf } from '../support/shapes.js';
import { acceptedOrder, newProduct, startShop, untilStatus } from '../support/shop.js';

const PRELOAD = fileURLToPath(new URL('./entered-functions.mjs', import.meta.url));
/** What the first orders do that the later ones don't (pools grow, statements are prepared) is not of interest. */
const BEFORE = 3;
const ORDERS = 24;
/** So much that nobody is told of a low stock. */
const PIECES = 1_000;

const recording = z.object({ marked: z.array(z.tuple([z.string(), z.array(z.string())])) });

/**
 * Places orders one after the other in a shop of one process on the embedded database, each until it is confirmed.
 * @returns for each of them the source files that were entered meanwhile, in the order of their first entry; needs a
 *   build
 */
export async function recordedOrders(): Promise<readonly (readonly string[])[]> {
  const file = `${temporaryFolder()}/entered.json`;
  const shop = await startShop({ NODE_OPTIONS: `--import ${PRELOAD}`, ENTERED_FILES: file });
  try {
    const sku = await newProduct(shop, PIECES);
    const customer = await newCustomer(shop.url);
    for (let nth = 0; nth < BEFORE + ORDERS; nth += 1) {
      const headers = nth < BEFORE ? {} : { 'x-marked': `order ${nth}` };
      const orderId = await acceptedOrder(customer, sku, { headers });
      await untilStatus(customer, orderId, 'confirmed');
      // The next one begins when nothing of this one is under way any more.
      await eventually(
        `the customer is told of order ${orderId}`,
        () => customer.expect(200, pageOf(notification), customer.get('/v1/notifications?limit=100')),
        ({ items }) => items.length > nth,
      );
    }
  } finally {
    await shop.stop();
  }
  return recording.parse(JSON.parse(readFileSync(file, 'utf8'))).marked.map(([, files]) => files);
}
