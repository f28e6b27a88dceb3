import { describe, expect, it } from '@jest/globals';
import { context } from '../context/context.js';
import { SmallApp } from '../spec-support/small-app.js';
import { event } from './event.js';

async function withStock(changed: Readonly<Record<string, string>> = {}): Promise<SmallApp> {
  const app = new SmallApp(changed);
  await app.generate(context({ name: 'stock' }));
  return app;
}

describe('an event', () => {
  it('alone is a class of the contract', async () => {
    const app = new SmallApp();
    await app.generate(event({ name: 'orders/order.paid' }));
    expect(app.added()).toEqual([]);
    expect(app.text('src/orders/orders.contract.ts')).toContain(
      `export class OrderPaid extends event('orders.order-paid', {`,
    );
    expect(await app.generate(event({ name: 'orders/order-paid' }))).toEqual([
      'orders.order-paid is in src/orders/orders.contract.ts already; nothing was changed.',
    ]);
  });

  it.each([{ subscriber: 'stock' }, { path: 'stock' }])('has a subscriber: %j', async (asked) => {
    const app = await withStock();
    await app.generate(event({ name: 'orders/order-placed', ...asked }));
    expect(app.text('src/stock/stock.context.ts')).toBe(`import { contractsIn } from '@isolith/contracts';
import { context } from '@isolith/isolith';
import { OrderPlaced } from '../orders/orders.contract.js';
import * as contract from './stock.contract.js';

export const stock = context('stock', {
  contracts: contractsIn(contract),
  subscriptions: { 'order-placed': { events: [OrderPlaced], from: 'beginning' } },
});
`);
    expect(app.text('src/stock/stock.module.ts')).toContain(
      `IsolithModule.forFeature(stock, { subscriptions: { 'order-placed': [OnOrderPlaced] } })`,
    );
    expect(app.text('src/stock/stock.module.ts')).toContain('providers: [OnOrderPlaced],');
    expect(app.text('src/stock/features/on-order-placed.spec.ts')).toContain(
      `new OrderPlaced({ orderNumber: 1, sku: 'xxx' })`,
    );
    const before = app.all();
    expect(await app.generate(event({ name: 'orders/order-placed', ...asked }))).toEqual([
      'src/stock/features/on-order-placed.ts is there already; nothing was changed.',
    ]);
    expect(app.all()).toEqual(before);
  });

  it('of its own context can be reacted to', async () => {
    const app = new SmallApp();
    await app.generate(event({ name: 'orders/order-paid', subscriber: 'orders' }));
    expect(app.text('src/orders/orders.context.ts')).toContain(`import { OrderPaid } from './orders.contract.js';`);
    expect(app.text('src/orders/features/on-order-paid.ts')).toContain(`from '../orders.contract.js';`);
  });

  it('of which no example is known is refused, unless no spec is wanted', async () => {
    const app = await withStock();
    const before = app.all();
    const moved = { name: 'orders/order-moved', subscriber: 'stock' };
    await expect(app.generate(event(moved))).rejects.toThrow(
      'src/orders/orders.contract.ts: OrderMoved has a field to of a kind that no example is known of, for a spec. With --no-spec',
    );
    expect(app.all()).toEqual(before);
    await app.generate(event({ ...moved, spec: false }));
    expect(app.added()).toContain('src/stock/features/on-order-moved.ts');
  });

  it('is refused under the name of a subscription that is there', async () => {
    const app = new SmallApp({
      'src/orders/orders.context.ts': `export const orders = context('orders', { subscriptions: { 'order-paid': { events: [] } } });\n`,
    });
    await expect(app.generate(event({ name: 'orders/order-paid', subscriber: 'orders' }))).rejects.toThrow(
      'src/orders/orders.context.ts: subscriptions has an entry order-paid already',
    );
  });
});
