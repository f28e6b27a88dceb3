import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { cleanUp, startHost, temporaryFolder } from '../support/host.js';
import { ADMIN } from '../support/shop.js';
import { makeImageFolder } from './image-folder.js';

let database: FreshDatabase | undefined;
afterAll(async () => {
  await cleanUp();
  await database?.drop();
});

it('a host with a DATABASE_URL runs from an image that has no embedded engine', async () => {
  const app = temporaryFolder();
  makeImageFolder(app, { embedded: false });
  expect(existsSync(join(app, 'node_modules', '@electric-sql'))).toBe(false);
  database = await freshDatabase();
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIR: join(temporaryFolder(), 'data'),
    LOG_LEVEL: 'warn',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  };
  const host = await startHost(settings, [join(app, 'dist', 'main.js')]);
  for (const path of ['/health/ready', '/v1/products'])
    expect([path, (await fetch(`${host.url}${path}`)).status]).toEqual([path, 200]);
  expect(await host.stop()).toBe(0);
});
