import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { signIn } from '../support/client.js';
import { cleanUp, type Host, HostExited, startHost, temporaryFolder } from '../support/host.js';
import { ADMIN } from '../support/shop.js';
import { bytesIn, makeImageFolder } from './image-folder.js';

/** Alpine with the C++ library that Node needs, rounded up. */
const BASE_BYTES = 13_000_000;
const MOST_BYTES = 300_000_000;

let app: string;
let host: Host | undefined;
beforeAll(async () => {
  app = temporaryFolder();
  makeImageFolder(app, { embedded: true });
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

/** The exit code of the image's probe, and what it says. */
async function probe(question: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, [join(app, 'dist', 'probe.js'), question], { env });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (said += piece));
  const [code]: unknown[] = await once(child, 'close');
  return `${String(code)}: ${said.trim()}`;
}

it('a host with all contexts runs from nothing but what the image holds', async () => {
  const url = host?.url ?? '';
  for (const path of ['/health/live', '/health/ready', '/docs', '/v1/products']) {
    expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 200]);
  }
});

it('its native parts are there: an admin signs in', async () => {
  const admin = await signIn(host?.url ?? '', ADMIN.email, ADMIN.password);
  expect(admin.token).not.toBe('');
});

it('its probe says of the running host how it is, with its exit code (fault 49)', async () => {
  const port = new URL(host?.url ?? '').port;
  for (const question of ['live', 'ready'])
    expect(await probe(question, { PORT: port, HOST: '::' })).toMatch(/^0: 200 /);
  const sick = createServer((_request, answer) => answer.writeHead(503).end('{"status":"error"}')).listen(
    0,
    '127.0.0.1',
  );
  await once(sick, 'listening');
  const { port: elsewhere } = z.object({ port: z.int() }).parse(sick.address());
  expect(await probe('ready', { PORT: String(elsewhere) })).toBe('1: 503 {"status":"error"}');
  sick.close();
  await once(sick, 'close');
  expect(await probe('ready', { PORT: String(elsewhere), HOST: '127.0.0.1' })).toMatch(/^1: .*ECONNREFUSED/);
  expect(await probe('well', { PORT: port })).toBe('1: usage: node dist/probe.js live|ready');
  expect(await probe('live', { PORT: '0' })).toBe('1: PORT: nobody can be asked at "0"');
});

it('without --build-arg EMBEDDED=yes it has no embedded engine, and a host that needs one says what to install', async () => {
  const plain = temporaryFolder();
  makeImageFolder(plain, { embedded: false });
  expect([app, plain].map((folder) => existsSync(join(folder, 'node_modules', '@electric-sql')))).toEqual([
    true,
    false,
  ]);
  const settings = {
    DATA_DIR: join(temporaryFolder(), 'data'),
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  };
  const refused = await startHost(settings, [join(plain, 'dist', 'main.js')]).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(HostExited);
  expect(String(refused)).toContain(
    `DATA_DIR: the folder ${settings.DATA_DIR} needs the embedded engine, which is not installed: install the package @isolith/embedded, or name a PostgreSQL in DATABASE_URL`,
  );
});

it('the image is smaller than 300 MB', () => {
  // The Node of this machine stands for that of the image: the same version, linked with another C library.
  expect(bytesIn(app) + statSync(process.execPath).size + BASE_BYTES).toBeLessThan(MOST_BYTES);
});
