import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '@isolith/isolith';
import { Databases } from '@isolith/postgres';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../app.module.js';
import { shop } from '../shop.js';
import { shopDatabases } from './shop-databases.js';

const kept = await shopDatabases();

describe('the databases of the shop, as tools see them', () => {
  it('are those that a host opens, with the same migrations and entities', async () => {
    const { config } = parseConfig(shop, { DATA_DIR: 'memory://' });
    const module = await Test.createTestingModule({ imports: [AppModule.forRoot(config)] }).compile();
    const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
    try {
      await app.init();
      const databases = app.get(Databases, { strict: false });
      expect(new Set(kept.map(({ context }) => context))).toEqual(
        new Set((await databases.health()).map(({ context }) => context)),
      );
      // A context that is open can be opened again only with the same entities and migrations.
      for (const spec of kept) await expect(databases.open(spec)).resolves.toBeDefined();
    } finally {
      await app.close();
    }
  });
});
