import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { orderFiles } from '../one-order/order-files.js';
import { orderFilesOn, PAGE } from '../one-order/order-page.js';
import { recordedOrders } from '../one-order/recorded-orders.js';

it('an order takes the files of the page, all of them and no other: write it with `npm run one-order`', async () => {
  const orders = await recordedOrders();
  const now = orderFiles(orders);
  const { untilSaga, untilConfirmed } = orderFilesOn(readFileSync(PAGE, 'utf8'));
  const listed = [...untilSaga, ...untilConfirmed];

  // What goes on in the background takes part in some orders by chance: what is listed has to take part in one, what
  // takes part in all has to be listed.
  const entered = new Set(orders.flat());
  expect(listed.filter((file) => !entered.has(file))).toEqual([]);
  expect(now.untilSaga.filter((file) => !untilSaga.includes(file))).toEqual([]);
  expect(now.untilConfirmed.filter((file) => !listed.includes(file))).toEqual([]);
});
