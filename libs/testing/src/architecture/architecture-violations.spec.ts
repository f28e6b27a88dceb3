import { describe, expect, it } from '@jest/globals';
import { architectureViolations } from './index.js';

const contexts = ['orders', { name: 'stock-keeping', folder: 'modules/stock' }];
const clean = {
  'orders/orders.contract.ts': `import { command } from '@isolith/contracts';`,
  'orders/contract/lines.ts': `import { z } from 'zod';`,
  'orders/domain/order.ts': `import { PlaceOrder } from '../orders.contract.js';`,
  'orders/features/place.ts': `import { Reserve } from '../../modules/stock/stock.contract.js';`,
  'modules/stock/stock.contract.ts': '',
  'modules/stock/infra/rows.ts': `export const all = 'SELECT 1 FROM stock_keeping.item';`,
  'money.ts': '',
};

const violations = (files: Readonly<Record<string, string>>, more = {}) =>
  architectureViolations({ root: new Map(Object.entries({ ...clean, ...files })), contexts, ...more }).map(
    ({ rule, file, line }) => `${rule} ${file}:${line}`,
  );

describe('the rules', () => {
  it('leave a clean application alone', () => {
    expect(violations({})).toEqual([]);
  });

  it('read a folder as they read texts', () => {
    const options = { root: import.meta.dirname, contexts: [{ name: 'own', folder: '.' }] };
    expect(() => architectureViolations(options)).toThrow(
      'the context own has no TypeScript file in ./ below the root',
    );
    expect(architectureViolations({ root: import.meta.dirname, contexts: [] })).toEqual([]);
  });

  it('know a context by its folder and its schema by its name', () => {
    expect(
      violations({
        'orders/features/count.ts': `import { all } from '../../modules/stock/infra/rows.js';\nexport const sql = "SELECT 1 FROM stock_keeping.item WHERE name = 'stock_keeping.item'";`,
      }),
    ).toEqual(['foreign-inside orders/features/count.ts:1', 'own-schema orders/features/count.ts:2']);
  });

  it('know a schema that its context states', () => {
    const files = { 'orders/features/count.ts': `export const sql = 'SELECT 1 FROM app_stock.item';` };
    expect(violations(files)).toEqual([]);
    const stated = ['orders', { name: 'stock-keeping', folder: 'modules/stock', schema: 'app_stock' }];
    expect(violations(files, { contexts: stated })).toEqual(['own-schema orders/features/count.ts:1']);
  });

  it('let decisions reach for nothing outside of their context, but for packages that are named', () => {
    const files = {
      'orders/domain/price.ts': `import { Money } from '../../money.js';\nimport { Decimal } from 'decimal.js/light';`,
    };
    expect(violations(files)).toEqual([
      'domain-imports orders/domain/price.ts:1',
      'domain-imports orders/domain/price.ts:2',
    ]);
    expect(violations(files, { plainPackages: ['decimal.js'] })).toEqual(['domain-imports orders/domain/price.ts:1']);
  });

  it('follow an alias that they are told of', () => {
    const files = { 'orders/features/peek.ts': `import { all } from '#stock/infra/rows.js';` };
    const resolve = (specifier: string) =>
      specifier.startsWith('#stock/') ? specifier.replace('#stock', 'modules/stock').replace('.js', '.ts') : undefined;
    expect(violations(files)).toEqual([]);
    expect(violations(files, { resolve })).toEqual(['foreign-inside orders/features/peek.ts:1']);
  });

  it('look at specs only for circles and SQL', () => {
    expect(
      violations({ 'orders/domain/order.spec.ts': `import { all } from '../../modules/stock/infra/rows.js';` }),
    ).toEqual([]);
  });

  it('refuse a context that is not there, before they say that all is well', () => {
    expect(() => violations({}, { contexts: ['oders'] })).toThrow(
      'architectureViolations: the context oders has no TypeScript file in oders/ below the root',
    );
  });
});
