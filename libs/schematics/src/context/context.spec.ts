import { describe, expect, it } from '@jest/globals';
import { SmallApp } from '../spec-support/small-app.js';
import { context } from './context.js';

describe('a context', () => {
  it('is a folder with all its parts, and a line in the list of the application', async () => {
    const app = new SmallApp();
    await app.generate(context({ name: 'StockAlerts' }));
    expect(app.added()).toEqual(
      ['contract', 'context', 'module', 'routes', 'spec']
        .map((part) => `src/stock-alerts/stock-alerts.${part}.ts`)
        .concat('src/stock-alerts/testing/open-stock-alerts.ts')
        .sort(),
    );
    expect(app.text('src/app.ts')).toBe(`import { application, lazily } from '@isolith/isolith';
import { orders } from './orders/orders.context.js';
import { stockAlerts } from './stock-alerts/stock-alerts.context.js';

export const app = application('small', [
  lazily(orders, {
    module: async () => (await import('./orders/orders.module.js')).OrdersModule,
  }), // the first of all
  lazily(stockAlerts, {
    module: async () => (await import('./stock-alerts/stock-alerts.module.js')).StockAlertsModule,
    routes: async () => (await import('./stock-alerts/stock-alerts.routes.js')).stockAlertsRoutes,
  }),
]);
`);
  });

  it('is there already the second time: one sentence, and nothing changes', async () => {
    const app = new SmallApp();
    await app.generate(context({ name: 'billing' }));
    const before = app.all();
    expect(await app.generate(context({ name: 'Billing' }))).toEqual([
      'src/billing is there already; nothing was changed.',
    ]);
    expect(app.all()).toEqual(before);
  });

  it('is found where the contexts of the application are', async () => {
    const moved = `import { application } from '@isolith/isolith';\n\nexport const app = application('moved', []);\n`;
    const app = new SmallApp({ 'apps/shop/src/shop.ts': moved });
    await app.generate(context({ name: 'billing', sourceRoot: './apps/shop/src/', spec: false }));
    expect(app.added()).toContain('apps/shop/src/billing/billing.module.ts');
    expect(app.added()).not.toContain('apps/shop/src/billing/billing.spec.ts');
    expect(app.text('apps/shop/src/shop.ts')).toBe(`import { application, lazily } from '@isolith/isolith';
import { billing } from './billing/billing.context.js';

export const app = application('moved', [
  lazily(billing, {
    module: async () => (await import('./billing/billing.module.js')).BillingModule,
    routes: async () => (await import('./billing/billing.routes.js')).billingRoutes,
  }),
]);
`);
  });

  it('is listed in a constant that the application is made of', async () => {
    const app = new SmallApp({
      'src/app.ts': `import { application } from '@isolith/isolith';\nconst all = [];\nexport const app = application('small', all);\n`,
    });
    await app.generate(context({ name: 'billing' }));
    expect(app.text('src/app.ts')).toContain('const all = [\n  lazily(billing, {');
  });

  it.each([
    [{ 'src/app.ts': undefined }, /src\/\*\.ts: looked for one file with application\(.*found none/],
    [
      { 'src/other.ts': `application('other', []);` },
      /src\/\*\.ts: looked for one file with application\(.*found src\/app\.ts and src\/other\.ts/,
    ],
    [{ 'src/app.ts': `application('small', contexts());` }, /src\/app\.ts: looked for one call application\(/],
    [
      { 'src/billing/testing/open-billing.ts': 'export {};' },
      'src/billing/testing/open-billing.ts is there already: it would have been written over',
    ],
  ])('is refused in an application of another form, which stays as it is: %j', async (changed, reason) => {
    const app = new SmallApp(changed);
    const before = app.all();
    await expect(app.generate(context({ name: 'billing' }))).rejects.toThrow(reason);
    expect(app.all()).toEqual(before);
  });
});
