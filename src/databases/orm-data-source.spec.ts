import { describe, expect, it } from '@jest/globals';
import { ormDataSource } from './orm-data-source.js';
import { shopDatabases } from './shop-databases.js';

const kept = await shopDatabases();

describe("the DataSource of TypeORM's command line", () => {
  it.each([
    [{}, 'got ""'],
    [{ ORM_CONTEXT: 'order' }, 'got "order"'],
  ])('is refused for %j, naming the contexts', async (env, got) => {
    await expect(ormDataSource(env)).rejects.toThrow(
      `ORM_CONTEXT: expected one of ${kept.map(({ context }) => context).join(', ')}, ${got}`,
    );
  });

  it('is refused for a wrong or misspelt database variable, and for no other', async () => {
    await expect(ormDataSource({ ORM_CONTEXT: 'orders', DATABASE_URL: 'mysql://x' })).rejects.toThrow(
      'DATABASE_URL: expected a URL',
    );
    await expect(ormDataSource({ ORM_CONTEXT: 'orders', ORDER_DATABASE_URL: 'postgres://h/d' })).rejects.toThrow(
      'did you mean ORDERS_DATABASE_URL?',
    );
    const env = { ORM_CONTEXT: 'orders', CONTEXTS: 'orders', DATABASE_URL: 'postgres://h/d', PORT: 'x' };
    expect((await ormDataSource(env)).options).toMatchObject({ schema: 'orders' });
  });
});
