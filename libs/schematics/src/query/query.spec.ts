import { expect, it } from '@jest/globals';
import { SmallApp } from '../spec-support/small-app.js';
import { query } from './query.js';

it('a query is in the contract, with handler, spec and route, once', async () => {
  const app = new SmallApp();
  await app.generate(query({ name: 'order.find', context: 'orders', route: true }));
  expect(app.added()).toEqual([
    'src/orders/features/find-order.route.ts',
    'src/orders/features/find-order.spec.ts',
    'src/orders/features/find-order.ts',
    'src/orders/testing/open-orders.ts',
  ]);
  expect(app.text('src/orders/orders.contract.ts')).toContain(
    `export class FindOrder extends query('orders.find-order', {`,
  );
  expect(app.text('src/orders/orders.module.ts')).toContain('FindOrderHandler,\n  ],');
  const before = app.all();
  expect(await app.generate(query({ name: 'orders/FindOrder' }))).toEqual([
    'orders.find-order is in src/orders/orders.contract.ts already; nothing was changed.',
  ]);
  expect(app.all()).toEqual(before);
});
