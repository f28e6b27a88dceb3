import { setTimeout as pause } from 'node:timers/promises';
import { newCustomer } from '../test/support/client.js';
import { cleanUp } from '../test/support/host.js';
import { acceptedOrder, newProduct, startShop, untilEnded } from '../test/support/shop.js';

/**
 * Resident memory of the shop in one process on the embedded database: idle after the start, then after orders. Also how
 * long the start takes on a fresh folder and again on the same one.
 *
 *   npm run bench:memory -- [orders] [at once]
 */
const [orders = 2_000, atOnce = 16] = process.argv.slice(2).map(Number);
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const began = Date.now();
const first = await startShop();
print(`first start, with the first sign-in: ${Date.now() - began} ms`);
await first.stop();
const again = Date.now();
const shop = await startShop({ DATA_DIR: first.dataDir });
print(`start on the same folder: ${Date.now() - again} ms`);
await pause(5_000);
print(`idle: ${megabytes(shop.host.rss())}`);

const sku = await newProduct(shop, orders);
const customers = await Promise.all(Array.from({ length: atOnce }, () => newCustomer(shop.url)));
const start = Date.now();
let placed = 0;
let peak = 0;
await Promise.all(
  customers.map(async (customer) => {
    while (placed < orders) {
      placed += 1;
      const { status } = await untilEnded(customer, await acceptedOrder(customer, sku));
      if (status !== 'confirmed') throw new Error(`an order ended ${status}`);
      peak = Math.max(peak, shop.host.rss());
    }
  }),
);
const seconds = (Date.now() - start) / 1000;
print(`${orders} orders confirmed in ${seconds.toFixed(1)} s (${(orders / seconds).toFixed(0)} per s, ${atOnce} at once)`);
print(`peak: ${megabytes(peak)}`);
await pause(5_000);
print(`idle after them: ${megabytes(shop.host.rss())}`);
await shop.stop();
await cleanUp();
