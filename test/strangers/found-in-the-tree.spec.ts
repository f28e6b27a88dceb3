import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { cleanUp } from '../support/host.js';
import { endDesks, installDesk, run, startDesk, type Desk } from './desk.js';

/** The oldest Node that the packages are for, in the version that gets repairs, as npm has it for this platform. */
const NODE_22 = '22.23.5';

let desk: Desk;
let database: FreshDatabase | undefined;
beforeAll(async () => {
  desk = await installDesk();
}, 400_000);
afterEach(async () => {
  await endDesks();
  await database?.drop();
  database = undefined;
});
afterAll(cleanUp);

const inApp = (...path: readonly string[]): string => join(desk.after, ...path);
/** What a program of the application says, in a process of its own; its error when it fails. */
const said = (code: string, ...flags: readonly string[]): Promise<string> =>
  run(desk.after, process.execPath, ...flags, '--input-type=module', '-e', code);

async function withNode(version: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const folder = inApp('..', `node-${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const name = `node-${platform}-${process.arch}`;
  await run(
    folder,
    'npm',
    'install',
    `${name}@${version}`,
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
  );
  return join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

describe('Node', () => {
  it('22 runs an application with a module that was taken in: its rows, its events, its HTTP', async () => {
    const node = await withNode(NODE_22);
    expect(await run(desk.after, node, '--version')).toBe(`v${NODE_22}\n`);
    database = await freshDatabase();
    const host = await startDesk(desk.after, { DATABASE_URL: database.url, SYNCHRONIZE: 'yes' }, node);
    const answer = await fetch(`${host.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-user': 'ada' },
      body: JSON.stringify({ sku: 'nothing', quantity: 1 }),
    });
    // Nest's own answer to the EntityNotFoundError of a handler that ran in a unit of work.
    expect(answer.status).toBe(500);
    expect(host.output()).toContain('Could not find any entity of type');
    await host.stop();
    // The embedded database too, and its lock, which is what SQLite is for.
    const packed = readdirSync(inApp('..', 'tarballs')).filter((file) => file.startsWith('isolith-embedded-'));
    const tarballs = packed.map((file) => inApp('..', 'tarballs', file));
    await run(
      desk.after,
      'npm',
      'install',
      ...tarballs,
      '--no-save',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
    );
    const embedded = `import { journalMigrations } from '@isolith/journal';
      import { Databases } from '@isolith/postgres';
      const databases = new Databases({ targetOf: () => ({ kind: 'pglite', dataDir: ${JSON.stringify(inApp('data'))} }) });
      const source = await databases.open({ context: 'notes', entities: [], migrations: journalMigrations });
      console.log(await source.query('SELECT count(*)::int AS events FROM notes.journal'));
      await databases.close();`;
    expect(await run(desk.after, node, '--input-type=module', '-e', embedded)).toContain('[ { events: 0 } ]');
  }, 300_000);

  it.each(['@isolith/isolith', '@isolith/journal', '@isolith/contracts'])(
    'that is older is named by the import of %s, before what it lacks is missed',
    async (name) => {
      // What Node 20 says of itself, and what it lacks.
      const old = `data:text/javascript,${encodeURIComponent(
        `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`,
      )}`;
      await expect(said(`await import('${name}')`, '--no-experimental-sqlite', '--import', old)).rejects.toThrow(
        '@isolith needs Node 22.16 or newer, this is 20.20.2: install a newer one',
      );
    },
  );
});

describe('a second copy', () => {
  const nested = (name: string): string => inApp('node_modules', 'of-another', 'node_modules', ...name.split('/'));
  afterEach(() => rmSync(inApp('node_modules', 'of-another'), { recursive: true, force: true }));

  it('of @isolith/contracts is named with the first, where each is', async () => {
    cpSync(inApp('node_modules', '@isolith', 'contracts'), nested('@isolith/contracts'), { recursive: true });
    const second = pathToFileURL(join(nested('@isolith/contracts'), 'dist', 'index.js')).href;
    await expect(said(`await import('@isolith/journal'); await import('${second}')`)).rejects.toThrow(
      /two copies of @isolith\/contracts are loaded, from file:\S+\/node_modules\/@isolith\/contracts\/dist\/ and from file:\S+\/of-another\/\S+, .*npm ls @isolith\/contracts/,
    );
  });

  it('of @nestjs/cqrs is named when the application that has it takes Isolith in', async () => {
    cpSync(inApp('node_modules', '@nestjs', 'cqrs'), nested('@nestjs/cqrs'), { recursive: true });
    const app = inApp('node_modules', 'of-another', 'app.mjs');
    writeFileSync(
      app,
      `import { IsolithModule } from '@isolith/isolith'; IsolithModule.forRoot({ contexts: [], env: { DATA_DIR: 'memory://' } });`,
    );
    await expect(run(desk.after, process.execPath, app)).rejects.toThrow(
      /two copies of @nestjs\/cqrs are installed, 12\.\S+ in \S+\/of-another\/node_modules\/@nestjs\/cqrs for file:\S+\/app\.mjs and 12\.\S+ in \S+\/after\/node_modules\/@nestjs\/cqrs for Isolith/,
    );
  });
});
