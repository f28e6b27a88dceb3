import { readFileSync, writeFileSync } from 'node:fs';
import { cleanUp } from '../support/host.js';
import { orderFiles } from './order-files.js';
import { orderPage, PAGE } from './order-page.js';
import { recordedOrders } from './recorded-orders.js';

/** `npm run one-order` writes the page anew from orders that it places. */
try {
  const before = readFileSync(PAGE, 'utf8');
  const page = orderPage(orderFiles(await recordedOrders()));
  writeFileSync(PAGE, page);
  process.stdout.write(`${page === before ? 'nothing has changed' : 'written anew'}\n`);
} finally {
  await cleanUp();
}
