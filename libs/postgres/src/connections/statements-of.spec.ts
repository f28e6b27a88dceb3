import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Client, type PoolClient } from 'pg';
import { z } from 'zod';
import { driverVersion } from './driver-version.js';
import { KNOWN_PG, statementsOf } from './statements-of.js';

/** Not connected: what is looked at is there before. */
const client = (): PoolClient => Object.assign(new Client(), { release: () => undefined });
const singly = (version: string | undefined, made = client()): string | undefined => statementsOf(made, version).singly;

describe('the driver', () => {
  it('that is installed, and that the manifest wants, is the one whose inside is known', () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const { dependencies } = z.object({ dependencies: z.object({ pg: z.string() }) }).parse(manifest);
    expect([dependencies.pg, driverVersion()]).toEqual([KNOWN_PG, KNOWN_PG]);
    expect(singly(driverVersion())).toBeUndefined();
  });

  it('is entered by a spec that is there', () => {
    const source = readFileSync(new URL('statements-of.ts', import.meta.url), 'utf8');
    const named = [...source.matchAll(/`([^`]+\.spec\.ts)`/g)].map(([, spec]) => String(spec));
    expect(named).toHaveLength(1);
    // It needs a journal, so it stands in another package: its path starts at the root of the repository.
    expect(named.filter((spec) => !existsSync(new URL(`../../../../${spec}`, import.meta.url)))).toEqual([]);
  });

  it.each([
    ['of another version', '8.99.0', `pg 8.99.0 is not the version that grouped statements know, ${KNOWN_PG}`],
    [
      'of a version that nobody can tell',
      undefined,
      `the version of pg can't be read; grouped statements know ${KNOWN_PG}`,
    ],
  ])('%s sends statements one by one, and says why', (_, version, why) => {
    expect(singly(version)).toBe(why);
  });

  it.each(['parsedStatements', 'submittedNamedStatements', 'parse', 'sync'])(
    'whose connections have no %s sends statements one by one, and says why',
    (name) => {
      const made = client();
      if (!(made instanceof Client)) throw new Error('the driver makes other clients');
      Object.defineProperty(made.connection, name, { value: undefined });
      expect(singly(KNOWN_PG, made)).toBe(`a connection of pg ${KNOWN_PG} has no ${name}`);
    },
  );

  it('of which there are two copies sends the statements of the other one one by one, and says why', () => {
    const made = Object.create({ ...client() });
    expect(singly(KNOWN_PG, made)).toBe(`its connections are not those of the copy of pg ${KNOWN_PG} that Isolith has`);
  });
});
