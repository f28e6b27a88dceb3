import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..');
const textOf = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const template = (name: string): string => textOf('libs', 'create', 'template', name);

const versions = z.record(z.string(), z.string());
const optional = z.record(z.string(), z.object({ optional: z.boolean() })).default({});
const manifest = z.looseObject({ dependencies: versions, devDependencies: versions });
const ours = manifest.parse(JSON.parse(textOf('package.json')));
const written = manifest.parse(JSON.parse(template('_package.json')));
const all = { ...written.dependencies, ...written.devDependencies };

// That it runs, test/strangers shows.
describe('what the app that npm create writes says of others', () => {
  it('are the versions that this repository is tested with', () => {
    const tested = { ...ours.devDependencies, ...ours.dependencies };
    const others = Object.entries(all).filter(([name]) => !name.startsWith('@isolith/'));
    expect(others.length).toBeGreaterThan(10);
    for (const [name, version] of others) expect({ name, version }).toEqual({ name, version: `^${tested[name]}` });
  });

  it('is any version of our own packages, until it is written', () => {
    const any = Object.entries(all).filter(([, version]) => version === '*');
    expect(any.map(([name]) => name)).toEqual(Object.keys(all).filter((name) => name.startsWith('@isolith/')));
  });

  // npm and pnpm install peers by themselves, yarn does not.
  it('is whatever our packages want to find beside them', () => {
    const peers = z.object({ peerDependencies: versions.default({}), peerDependenciesMeta: optional });
    const wanted = readdirSync(join(ROOT, 'libs')).flatMap((lib) => {
      const { peerDependencies, peerDependenciesMeta } = peers.parse(JSON.parse(textOf('libs', lib, 'package.json')));
      return Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
    });
    expect(wanted).toContain('nestjs-pino');
    expect(wanted.filter((name) => !(name in all))).toEqual([]);
  });

  it('are the servers that the shop runs on', () => {
    const images = (text: string) =>
      [...text.matchAll(/^ +image: ((?:postgres|rabbitmq):\S+)$/gm)].map(([, one]) => one);
    expect(images(template('compose.yml'))).toHaveLength(2);
    expect(images(template('compose.yml'))).toEqual(images(textOf('docker-compose.yml')));
  });

  it('is one address of each server, wherever it stands', () => {
    const urls = (text: string) => [...new Set(text.match(/(?:amqp|postgres):\/\/[\w:@./-]+/g))].sort();
    expect(urls(template('scripts/split.mjs'))).toHaveLength(2);
    expect(urls(template('.env.example'))).toEqual(urls(template('scripts/split.mjs')));
    for (const url of urls(template('scripts/split.mjs')))
      expect(template('compose.yml')).toContain(`127.0.0.1:${new URL(url).port}:`);
  });
});
