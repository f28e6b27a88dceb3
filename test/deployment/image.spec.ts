import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { signIn } from '../support/client.js';
import { cleanUp, type Host, startHost, temporaryFolder } from '../support/host.js';
import { ADMIN } from '../support/shop.js';
import { bytesIn, makeImageFolder } from './image-folder.js';

/** Alpine with the C++ library that Node needs, rounded up. */
const BASE_BYTES = 13_000_000;
const MOST_BYTES = 300_000_000;

let app: string;
let host: Host | undefined;
beforeAll(async () => {
  app = temporaryFolder();
  makeImageFolder(app);
  const settings = {
    DATA_DIR: join(temporaryFolder(), 'data'),
    LOG_LEVEL: 'warn',
    SEED_DEMO: 'true',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  };
  host = await startHost(settings, [join(app, 'dist', 'main.js')]);
});
afterAll(async () => {
  await host?.kill();
  await cleanUp();
});

it('a host with all contexts runs from nothing but what the image holds', async () => {
  const url = host?.url ?? '';
  for (const path of ['/health/live', '/health/ready', '/docs', '/v1/products']) {
    expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 200]);
  }
});

it('its native parts are there: an admin signs in', async () => {
  await signIn(host?.url ?? '', ADMIN.email, ADMIN.password);
});

it('the image is smaller than 300 MB', () => {
  // The Node of this machine stands for that of the image: the same version, linked with another C library.
  expect(bytesIn(app) + statSync(process.execPath).size + BASE_BYTES).toBeLessThan(MOST_BYTES);
});
