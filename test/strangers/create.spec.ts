import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { cleanUp, temporaryFolder } from '../support/host.js';
import { type CreatedApp, createApp, endApps, runScript } from './created-app.js';
import { run } from './desk.js';
import { GeneratedApp } from './generated.js';

let app: CreatedApp;
let database: FreshDatabase | undefined;
let vhost: FreshVhost | undefined;
beforeAll(async () => {
  app = await createApp();
}, 600_000);
afterEach(async () => {
  await endApps();
  await vhost?.drop();
  await database?.drop();
  [vhost, database] = [undefined, undefined];
});
afterAll(cleanUp);

async function ask(url: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url, body === undefined ? {} : post);
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

const firstCommand = (url: string) => ask(`${url}/v1/stock/mug/receipts`, { quantity: 5 });

const stockIs = (url: string, available: number) =>
  eventually(
    `stock is ${available}`,
    () => ask(`${url}/v1/stock/mug`),
    ({ body }) => JSON.stringify(body) === `{"sku":"mug","available":${available}}`,
  );

/** Places an order; resolves with what becomes of it. */
async function ordered(url: string, quantity: number): Promise<z.output<typeof order>> {
  const placed = await ask(`${url}/v1/orders`, { sku: 'mug', quantity });
  expect(placed.status).toBe(202);
  const { orderId } = order.pick({ orderId: true }).parse(placed.body);
  const { body } = await eventually(
    'its saga has ended',
    () => ask(`${url}/v1/orders/${orderId}`),
    (shown) => order.parse(shown.body).status !== 'placed',
  );
  return order.parse(body);
}
const order = z.object({ orderId: z.uuid(), status: z.string(), reason: z.string().optional() });

/**
 * What the README of the app shows: a command, an order whose goods are reserved, one that gets none, a cancellation
 * and what stock makes of it.
 */
async function expectVisit(url: string): Promise<void> {
  expect(await firstCommand(url)).toEqual({ status: 201, body: { sku: 'mug', available: 5 } });
  const { orderId, status } = await ordered(url, 2);
  expect(status).toBe('confirmed');
  await stockIs(url, 3);
  expect(await ordered(url, 9)).toMatchObject({ status: 'rejected', reason: '3 of mug are available' });
  expect(await ask(`${url}/v1/orders/${orderId}/cancel`, {})).toMatchObject({ status: 204 });
  await stockIs(url, 5);
}

const CREATE = join(import.meta.dirname, '..', '..', 'libs', 'create');

describe('the command as it is published', () => {
  it('refuses a Node that is too old in a sentence, before it looks at anything else, and writes nothing', () => {
    const place = temporaryFolder();
    const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.9.0' } })`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${old}`, join(CREATE, 'dist', 'bin.js'), 'my-app'],
      { cwd: place, encoding: 'utf8' },
    );
    expect({ status, stdout, stderr, files: readdirSync(place) }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'An Isolith app needs Node 24.11 or newer, and this is 20.9.0: install a newer one and run this again.\n',
      files: [],
    });
  });

  it('refuses a bad name in a sentence, and writes nothing', () => {
    const place = temporaryFolder();
    const { status, stderr } = spawnSync(process.execPath, [join(CREATE, 'dist', 'bin.js'), 'My-App'], {
      cwd: place,
      encoding: 'utf8',
    });
    expect({ status, files: readdirSync(place) }).toEqual({ status: 1, files: [] });
    expect(stderr).toMatch(/^"My-App" is no name for an app: .*\n$/);
  });
});

describe('an app that npm create has made', () => {
  it('answers its first command after npm start, with nothing beside it', async () => {
    const { url, hosts } = await runScript(app.folder, 'start', 1);
    const answer = await firstCommand(url);
    const seconds = ((performance.now() - app.startedAt) / 1_000).toFixed(1);
    process.stdout.write(`npm create to the first answered command: ${seconds} s\n`);
    expect(answer.status).toBe(201);
    expect(hosts).toEqual([['stock', 'orders', 'gateway']]);
  });

  it('does what its README says, in one process', async () => {
    const { url } = await runScript(app.folder, 'start', 1, { DATA_DIR: 'memory://' });
    await expectVisit(url);
  });

  it('does the same as two processes', async () => {
    [vhost, database] = [await freshVhost(), await freshDatabase()];
    const servers = { TRANSPORT_URL: vhost.url, DATABASE_URL: database.url };
    const { url, hosts } = await runScript(app.folder, 'split', 2, servers);
    expect(hosts).toHaveLength(2);
    expect(hosts).toEqual(expect.arrayContaining([['orders', 'gateway'], ['stock']]));
    await expectVisit(url);
  });

  it('passes its own tests', async () => {
    const said = await run(app.folder, 'npm', 'test');
    expect(said).toMatch(/^Tests: +\d+ passed, \d+ total$/m);
  }, 300_000);

  it('installs without a word about peers or install scripts', () => {
    expect(app.installed).not.toMatch(/peer|ERESOLVE|install-scripts/i);
  });

  it('has the packages in one version, that of the command that wrote it', () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(CREATE, 'package.json'), 'utf8')));
    const ours = Object.entries({ ...app.written.dependencies, ...app.written.devDependencies }).filter(([name]) =>
      name.startsWith('@isolith/'),
    );
    expect(new Set(ours.map(([, one]) => one))).toEqual(new Set([version]));
  });
});

// Last, and here: it goes on with what is installed.
describe('nest g, in that app', () => {
  let generated: GeneratedApp;
  beforeAll(async () => {
    generated = await GeneratedApp.in(app.folder);
  }, 300_000);

  it('writes one of each: it compiles under strict, and its specs pass', async () => {
    const before = generated.sources();
    await generated.generate('context', 'billing');
    await generated.generate('command', 'billing/create-invoice', '--type', 'rest');
    await generated.generate('query', 'billing/get-invoice', '--type', 'rest');
    await generated.generate('event', 'billing/invoice.paid', 'orders');
    await generated.generate('saga', 'billing/dunning');
    await generated.generate('projection', 'stock/order-counts', 'orders/order-placed');
    await generated.generate('projection', 'orders/sold', 'order-placed');
    await generated.generate('projection', 'billing/payments', 'invoice.paid');
    await generated.script('build');
    const specs = Object.keys(generated.sources()).filter((file) => file.endsWith('.spec.ts') && !(file in before));
    expect(specs).toHaveLength(10);
    expect(await generated.script('test', ...specs)).toMatch(/^Test Suites: 10 passed, 10 total$/m);
  }, 600_000);

  it('changes nothing in a dry run, the second time, and where it refuses; it says why', async () => {
    const before = generated.sources();
    expect(await generated.generate('command', 'billing/send-invoice', '--dry-run')).toContain(
      'CREATE src/billing/features/send-invoice.ts',
    );
    expect(await generated.generate('command', 'billing.CreateInvoice')).toContain(
      'billing.create-invoice is in src/billing/billing.contract.ts already; nothing was changed.',
    );
    expect(await generated.generate('command', 'sales/send-offer')).toContain(
      'src/sales/sales.context.ts: looked for the context sales; there is no such file.',
    );
    expect(generated.sources()).toEqual(before);
  });

  it.each([
    [
      'a context that is not there',
      'command',
      'sales/send-offer',
      'looked for the context sales; there is no such file',
    ],
    ['a bad name', 'command', 'billing/9', '"9" is no name of a command'],
    ['a name that something else has', 'query', 'billing/create-invoice', 'its CreateInvoice is something else'],
  ])('refuses %s with a status of its own where the devkit runs it', async (_what, schematic, name, sentence) => {
    await expect(generated.schematics(schematic, name)).rejects.toThrow(sentence);
    // Nest's own command says the same and ends with 0. When this rejects, the README need no longer tell of the other
    // form.
    expect(await generated.generate(schematic, name)).toContain(sentence);
  });

  it('takes the same words where the devkit runs it', async () => {
    expect(await generated.schematics('command', 'billing/send-invoice', '--type', 'rest', '--dry-run')).toContain(
      'CREATE src/billing/features/send-invoice.route.ts',
    );
  });

  it("has Nest's own schematics beside these", async () => {
    expect(await generated.generate('service', 'billing', '--dry-run')).toContain(
      'CREATE src/billing/billing.service.ts',
    );
  });
});
