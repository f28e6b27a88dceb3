import { describe, expect, it } from '@jest/globals';
import { SmallApp } from '../spec-support/small-app.js';
import { command } from './command.js';

describe('a command', () => {
  it('is in the contract, with a handler that the module lists', async () => {
    const app = new SmallApp();
    expect(await app.generate(command({ name: 'orders/cancel-order' }))).toEqual([]);
    expect(app.added()).toEqual([
      'src/orders/features/cancel-order.spec.ts',
      'src/orders/features/cancel-order.ts',
      'src/orders/testing/open-orders.ts',
    ]);
    expect(app.text('src/orders/orders.contract.ts')).toMatch(
      /^import \{ event, signedIn, command \} from '@isolith\/contracts';\nimport \{ z \} from 'zod';\n/,
    );
    expect(app.text('src/orders/orders.contract.ts')).toMatch(
      /key: 'id',\n\}\) \{\}\n\nexport class CancelOrder extends command\('orders.cancel-order', \{\n[^]*\}\) \{\}\n$/,
    );
    expect(app.text('src/orders/orders.module.ts')).toBe(`import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { CancelOrderHandler } from './features/cancel-order.js';
import { Prices } from './infra/prices.js';
import { orders } from './orders.context.js';

@Module({
  imports: [IsolithModule.forFeature(orders)],
  providers: [
    Prices, // asked by all
    CancelOrderHandler,
  ],
})
export class OrdersModule {}
`);
  });

  it.each([{ route: true }, { type: 'rest' }])('has an HTTP route where one is asked for: %j', async (asked) => {
    const app = new SmallApp();
    // What the route stands on is not among the packages of the application.
    expect(await app.generate(command({ name: 'orders/cancel-order', spec: false, ...asked }))).toEqual([
      'package.json does not list what is used now: npm install @isolith/message-bus @nestjs/common',
    ]);
    expect(app.added()).toEqual(['src/orders/features/cancel-order.route.ts', 'src/orders/features/cancel-order.ts']);
    expect(app.text('src/orders/orders.routes.ts')).toBe(
      `import { CancelOrderRoute } from './features/cancel-order.route.js';\n\nexport const ordersRoutes = [CancelOrderRoute];\n`,
    );
  });

  it('is there already the second time, however it is written: one sentence, and nothing changes', async () => {
    const app = new SmallApp();
    await app.generate(command({ name: 'orders/cancel-order' }));
    const before = app.all();
    for (const written of [{ name: 'orders.cancel-order' }, { name: 'order.cancel', context: 'orders' }])
      expect(await app.generate(command(written))).toEqual([
        'orders.cancel-order is in src/orders/orders.contract.ts already; nothing was changed.',
      ]);
    expect(app.all()).toEqual(before);
  });

  const contract = (text: string): Record<string, string> => ({ 'src/orders/orders.contract.ts': text });
  const module = (text: string): Record<string, string> => ({ 'src/orders/orders.module.ts': text });
  it.each([
    ['stock/reserve', {}, 'src/stock/stock.context.ts: looked for the context stock; there is no such file.'],
    ['orders/cancel!', {}, '"cancel!" is no name of a command: expected words of a to z'],
    ['orders/order-placed', {}, "looked for class OrderPlaced extends command('orders.order-placed', { … })"],
    ['orders/receipt', {}, 'src/orders/orders.contract.ts: Receipt is declared already, and is no message'],
    ['orders/cancel-order', contract(`export const CancelOrder = 1;`), 'CancelOrder is declared already'],
    ['orders/cancel-order', { 'src/orders/orders.contract.ts': undefined }, 'looked for the contract of the context'],
    ['orders/cancel-order', module('export class OrdersModule {}'), 'looked for one @Module({ … }); found none'],
    ['orders/cancel-order', module('@Module(options())\nclass A {}'), 'looked for an object { … } in @Module()'],
    [
      'orders/cancel-order',
      module('@Module({ providers: all() })\nclass A {}'),
      'looked for an array [ … ] in providers',
    ],
    [
      'orders/cancel-order',
      { 'src/orders/testing/open-orders.ts': 'export const open = 1;' },
      'looked for an exported function openOrders',
    ],
    ['orders/cancel-order', { 'src/orders/features/cancel-order.ts': '' }, 'features/cancel-order.ts is there already'],
  ])('%s is refused, and nothing changes: %j', async (name, changed, reason) => {
    const app = new SmallApp(changed);
    const before = app.all();
    await expect(app.generate(command({ name }))).rejects.toThrow(reason);
    expect(app.all()).toEqual(before);
  });

  it('without routes to add its own to is refused', async () => {
    const app = new SmallApp({ 'src/orders/orders.routes.ts': 'export const routes = [];' });
    await expect(app.generate(command({ name: 'orders/cancel-order', route: true }))).rejects.toThrow(
      'src/orders/orders.routes.ts: looked for export const ordersRoutes = [ … ]; found none',
    );
  });
});
