import { describe, expect, it } from '@jest/globals';
import { ormDataSource } from './orm-data-source.js';
import { shopDatabases } from './shop-databases.js';

describe("the DataSource of TypeORM's command line", () => {
  it.each([
    [{}, 'got ""'],
    [{ ORM_CONTEXT: 'order' }, 'got "order"'],
  ])('is refused for %j, naming the contexts', (env, got) => {
    expect(() => ormDataSource(env)).toThrow(
      `ORM_CONTEXT: expected one of ${shopDatabases.map(({ context }) => context).join(', ')}, ${got}`,
    );
  });

  it('is refused for a wrong or misspelt database variable, and for no other', () => {
    expect(() => ormDataSource({ ORM_CONTEXT: 'orders', DATABASE_URL: 'mysql://x' })).toThrow(
      'DATABASE_URL: expected a URL',
    );
    expect(() => ormDataSource({ ORM_CONTEXT: 'orders', ORDER_DATABASE_URL: 'postgres://h/d' })).toThrow(
      'did you mean ORDERS_DATABASE_URL?',
    );
    expect(
      ormDataSource({ ORM_CONTEXT: 'orders', CONTEXTS: 'orders', DATABASE_URL: 'postgres://h/d', PORT: 'x' }).options,
    ).toMatchObject({ schema: 'orders' });
  });
});
