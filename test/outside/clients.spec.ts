import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/host.js';
import { newProduct, startShop, type Shop } from '../support/shop.js';

const ROOT = join(import.meta.dirname, '..', '..');
const program = (...path: readonly string[]): string => join(ROOT, 'node_modules', ...path);
const exec = promisify(execFile);
/** Bounds a tool that hangs. */
const LIMIT_MS = 120_000;

let shop: Shop;
let sku: string;
let document: string;
beforeAll(async () => {
  shop = await startShop();
  sku = await newProduct(shop, 10);
  document = JSON.stringify((await shop.admin.get('/docs-json')).body);
});
afterAll(() => shop.stop());

/** What makes a client of `document.json`, in the folder where that is. */
const generators = {
  'hey-api': [
    program('@hey-api', 'openapi-ts', 'bin', 'run.js'),
    '-i',
    'document.json',
    '-o',
    'client',
    '-s',
    '--no-log-file',
  ],
  'openapi-fetch': [program('openapi-typescript', 'bin', 'cli.js'), 'document.json', '-o', 'client.ts'],
} as const;

/**
 * As strict as a client's own code can be; what a generator adds of its own is not made for exactOptionalPropertyTypes.
 */
const compilerOptions = {
  target: 'es2024',
  lib: ['es2024', 'dom', 'dom.iterable'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  skipLibCheck: true,
  rootDir: '.',
  outDir: 'js',
};

/** Runs a program of Node in this folder; rejects with all that it wrote. */
async function run(cwd: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await exec(process.execPath, args, { cwd, timeout: LIMIT_MS })).stdout;
  } catch (error) {
    const { message, stdout, stderr } = Object(error);
    throw new Error(`${message}\n${stdout}\n${stderr}`, { cause: error });
  }
}

function folderOf(name: string): string {
  const folder = temporaryFolder();
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  mkdirSync(join(folder, 'js'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'document.json'), document);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['journey.ts'] }));
  copyFileSync(join(import.meta.dirname, 'fixtures', `${name}.ts`), join(folder, 'journey.ts'));
  return folder;
}

describe('a client that is generated from the document of a running shop', () => {
  it.each(Object.entries(generators))(
    'compiles and takes a customer from registering to a confirmed order: %s (fault 30)',
    async (name, generator) => {
      const folder = folderOf(name);
      await run(folder, ...generator);
      await run(folder, program('typescript', 'bin', 'tsc'), '-p', '.');
      const id = (await run(folder, join('js', 'journey.js'), shop.url, sku)).trim();
      expect((await shop.admin.get(`/v1/orders/${id}`)).body).toMatchObject({ id, status: 'confirmed' });
    },
  );
});
