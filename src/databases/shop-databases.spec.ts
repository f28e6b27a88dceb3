import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '@isolith/isolith';
import { Databases } from '@isolith/journal';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../app.module.js';
import { SHOP_CONTEXTS, shopConfig } from '../shop.config.js';
import { shopDatabases } from './shop-databases.js';

describe('the databases of the shop, as tools see them', () => {
  it('are those that a host opens, with the same migrations and entities', async () => {
    const { config } = parseConfig(shopConfig, { DATA_DIR: 'memory://' }, SHOP_CONTEXTS);
    const module = await Test.createTestingModule({ imports: [AppModule.forRoot(config)] }).compile();
    const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
    try {
      await app.init();
      const databases = app.get(Databases, { strict: false });
      expect(new Set(shopDatabases.map(({ context }) => context))).toEqual(
        new Set((await databases.health()).map(({ context }) => context)),
      );
      // A context that is open can be opened again only with the same entities and migrations.
      for (const spec of shopDatabases) await expect(databases.open(spec)).resolves.toBeDefined();
    } finally {
      await app.close();
    }
  });
});
