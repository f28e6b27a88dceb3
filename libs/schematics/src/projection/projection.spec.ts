import { describe, expect, it } from '@jest/globals';
import { context } from '../context/context.js';
import { SmallApp } from '../spec-support/small-app.js';
import { projection } from './projection.js';

const stamps = (text: string): readonly string[] => text.match(/Create\w+?(?=\d{13})\d{13}/g) ?? [];
const LATE = 9_999_999_999_998;

/** With a second context, which is told of orders. */
async function appWithStock(changed: Readonly<Record<string, string | undefined>> = {}): Promise<SmallApp> {
  const app = new SmallApp(changed);
  await app.generate(context({ name: 'stock' }));
  return app;
}

describe('a projection of events of its own context', () => {
  it('is declared: it follows the journal, and needs neither a subscription nor a migration', async () => {
    const app = new SmallApp();
    const said = await app.generate(projection({ name: 'orders/order-counts', path: 'order-placed' }));
    expect(said).toEqual(['package.json does not list what is used now: npm install @isolith/event-sourcing']);
    expect(app.added()).toEqual([
      'src/orders/features/order-counts.projection.spec.ts',
      'src/orders/features/order-counts.projection.ts',
      'src/orders/testing/open-orders.ts',
    ]);
    expect(app.text('src/orders/orders.module.ts')).toContain(
      `  imports: [IsolithModule.forFeature(orders, { projections: [orderCountsProjection] })],\n`,
    );
    expect(app.text('src/orders/orders.module.ts')).toContain(
      `import { orderCountsProjection } from './features/order-counts.projection.js';\n`,
    );
    expect(app.text('src/orders/orders.context.ts')).not.toContain('subscriptions');
    const written = app.text('src/orders/features/order-counts.projection.ts');
    expect(written).toContain(`  name: 'order-counts',\n  version: 1,\n  events: [OrderPlaced],\n`);
    expect(written).toContain('order_number bigint PRIMARY KEY');
    const before = app.all();
    expect(await app.generate(projection({ name: 'orders/order-counts', path: 'order-placed' }))).toEqual([
      'src/orders/features/order-counts.projection.ts is there already; nothing was changed.',
    ]);
    expect(app.all()).toEqual(before);
  });

  it('is listed beside another; its spec is left out where that is wanted', async () => {
    const app = new SmallApp();
    await app.generate(projection({ name: 'orders/order-counts', path: 'order-placed' }));
    await app.generate(projection({ name: 'orders/moves', path: 'orders/order-moved', spec: false }));
    expect(app.text('src/orders/orders.module.ts')).toContain('projections: [orderCountsProjection, movesProjection]');
    expect(app.text('src/orders/features/moves.projection.ts')).toContain('id uuid PRIMARY KEY');
    expect(app.added()).not.toContain('src/orders/features/moves.projection.spec.ts');
  });
});

describe('a projection of what another context tells', () => {
  it('is a table, kept by a subscription', async () => {
    const app = await appWithStock();
    const before = app.added();
    await app.generate(projection({ name: 'stock/order-counts', path: 'orders/order-placed' }));
    expect(app.added().filter((file) => !before.includes(file))).toEqual([
      'src/stock/features/order-counts.projection.spec.ts',
      'src/stock/features/order-counts.projection.ts',
      'src/stock/infra/stock.migrations.ts',
    ]);
    expect(app.text('src/stock/infra/stock.migrations.ts')).toContain('order_number bigint PRIMARY KEY');
    expect(app.text('src/stock/infra/stock.migrations.ts')).toContain('class CreateOrderCounts1700000000001 ');
    expect(app.text('src/stock/stock.module.ts')).toContain(`  imports: [
    IsolithModule.forFeature(stock, {
      migrations: stockMigrations,
      subscriptions: { 'order-counts': [OrderCountsProjection] },
    }),
  ],
`);
    expect(app.text('src/stock/stock.context.ts')).toContain(
      `'order-counts': { events: [OrderPlaced], from: 'beginning' }`,
    );
  });

  it('finds its migrations listed in one form only', async () => {
    const app = await appWithStock();
    const path = 'src/stock/stock.module.ts';
    const own = app.text(path).replace('forFeature(stock)', 'forFeature(stock, { migrations: [A] })');
    await expect(
      new SmallApp({ ...app.all(), [path]: own }).generate(
        projection({ name: 'stock/order-counts', of: 'orders/order-placed' }),
      ),
    ).rejects.toThrow(`${path}: looked for migrations: stockMigrations; found another form`);
  });

  it('is migrated to after what is there', async () => {
    const app = await appWithStock({
      'src/stock/infra/stock.migrations.ts': `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateStock${LATE} implements MigrationInterface {}

export const stockMigrations = [CreateStock${LATE}];
`,
    });
    await app.generate(projection({ name: 'stock/order-counts', of: 'orders.order-placed' }));
    const migrations = app.text('src/stock/infra/stock.migrations.ts');
    expect([...new Set(stamps(migrations))]).toEqual([`CreateStock${LATE}`, `CreateOrderCounts${LATE + 1}`]);
    expect(migrations).toContain(`export const stockMigrations = [CreateStock${LATE}, CreateOrderCounts${LATE + 1}];`);
    expect(migrations.match(/import/g)).toHaveLength(1);
  });
});

describe('refused, and nothing changes, is a projection', () => {
  it.each([
    [{ name: 'orders/order-counts' }, {}, 'a projection is made of events: name one behind it'],
    [
      { name: 'orders/order-counts', of: 'order-lost' },
      {},
      'src/orders/orders.contract.ts: looked for the event orders.order-lost; there is none.',
    ],
    [
      { name: `orders/${'o'.repeat(41)}`, of: 'order-placed' },
      {},
      `${'o'.repeat(41)} is too long: a projection has a name of at most 40 characters`,
    ],
    [
      { name: 'orders/moves', of: 'order-moved' },
      {},
      'src/orders/orders.contract.ts: OrderMoved has a field to of a kind that no example is known of, for a spec',
    ],
    [
      { name: 'orders/order-counts', of: 'order-placed' },
      {
        'src/orders/orders.module.ts':
          '@Module({ imports: [IsolithModule.forFeature(orders, { projections: all() })] })\nclass A {}',
      },
      'src/orders/orders.module.ts: looked for an array [ … ] in projections; found something else',
    ],
    [
      { name: 'stock/order-counts', of: 'orders/order-placed' },
      { 'src/stock/infra/stock.migrations.ts': 'export const stockMigrations = all();' },
      'src/stock/infra/stock.migrations.ts: looked for export const stockMigrations = [ … ]; found none',
    ],
  ])('%j', async (asked, changed, reason) => {
    const app = await appWithStock(changed);
    const before = app.all();
    await expect(app.generate(projection(asked))).rejects.toThrow(reason);
    expect(app.all()).toEqual(before);
  });
});
