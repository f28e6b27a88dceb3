import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkPackage, createPackageFromTarballData, type Package } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { cleanUp, temporaryFolder } from '../support/host.js';
import { packAll } from './desk.js';

const NAMES = [
  ...[
    'agents',
    'console',
    'contracts',
    'embedded',
    'event-sourcing',
    'isolith',
    'journal',
    'message-bus',
    'message-bus-rabbitmq',
    'observability',
    'postgres',
    'resilience',
    'saga',
    'schematics',
    'testing',
  ].map((lib) => `@isolith/${lib}`),
  'create-isolith',
];

let tarballs: ReadonlyMap<string, string>;
beforeAll(async () => {
  tarballs = await packAll(temporaryFolder());
});
afterAll(cleanUp);

function tarballOf(name: string): Buffer<ArrayBuffer> {
  const file = tarballs.get(name);
  if (file === undefined) throw new Error(`${name} was not packed`);
  return readFileSync(file);
}

const filesOf = (name: string, pack: Package): readonly string[] =>
  pack.listFiles().map((file) => file.replace(`/node_modules/${name}/`, ''));

it('are all packages of this repository', () => {
  expect([...tarballs.keys()].sort()).toEqual(NAMES);
});

describe.each(NAMES)('%s as it would be published', (name) => {
  it('is what publint wants of a package', async () => {
    const { messages, pkg } = await publint({ pack: { tarball: Uint8Array.from(tarballOf(name)).buffer } });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it('has types for every way to import it', async () => {
    const found = await checkPackage(createPackageFromTarballData(tarballOf(name)));
    const problems = found.types === false ? ['no types'] : found.problems;
    // ESM alone: nobody who requires it with a bundler's or an old resolution gets anything; Node's own require() does.
    const known = new Set(['CJSResolvesToESM', 'NoResolution']);
    expect(problems.filter((problem) => typeof problem === 'string' || !known.has(problem.kind))).toEqual([]);
  });

  it('holds what was built, its sources, and what a person looks for; no specs and no records of the build', () => {
    const files = filesOf(name, createPackageFromTarballData(tarballOf(name)));
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'CHANGELOG.md',
        'dist/index.js',
        'dist/index.d.ts',
        'dist/index.d.ts.map',
        'src/index.ts',
      ]),
    );
    // What an app is written from has the specs of the app.
    const own = files.filter((file) => !file.startsWith('template/'));
    expect(
      own.filter((file) => /\.(spec|example)\.|spec-support|tsbuildinfo|isolith-pages|fixtures/.test(file)),
    ).toEqual([]);
  });
});
