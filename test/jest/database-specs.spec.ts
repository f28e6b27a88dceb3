import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { EMBEDDED_ONLY, OPENS_DATABASE } from './database-specs.js';
import { ValueImports } from './value-imports.js';

const root = process.cwd();
const imports = new ValueImports(root);
const jest = (...args: readonly string[]) =>
  spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--experimental-vm-modules',
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...args,
    ],
    { encoding: 'utf8', cwd: root, env: { ...process.env, ISOLITH_TEST_DATABASE_URL: '' } },
  );

/** Relative to the root, with `/`, as Jest itself finds them. */
function specsOf(project: string): readonly string[] {
  const { stdout } = jest('--selectProjects', project, '--listTests', '--json');
  const listed = z.array(z.string()).parse(JSON.parse(stdout));
  return listed.map((path) => path.slice(root.length + 1).replaceAll('\\', '/')).toSorted();
}

function allSpecs(): readonly string[] {
  return ['libs', 'src', 'bench', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.spec.ts') && !/(^|[/\\])(node_modules|dist)[/\\]/.test(path))
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
  );
}

const opensForTests = (spec: string): boolean => imports.reach(spec, OPENS_DATABASE);
const namesEmbedded = (spec: string): boolean =>
  /memory:\/\/|kind: ['"]pglite|new\s+PGlite\b|PGlite\.create/.test(readFileSync(join(root, spec), 'utf8'));

describe('specs that open a database', () => {
  let unit: readonly string[];
  let postgresql: readonly string[];
  beforeAll(() => {
    [unit, postgresql] = [specsOf('unit'), specsOf('postgresql')];
  });

  it('run in memory and on PostgreSQL, or in memory only with a reason (fault 47)', () => {
    const opening = unit.filter((spec) => opensForTests(spec) || namesEmbedded(spec));
    const isExcepted = (spec: string): boolean => Object.hasOwn(EMBEDDED_ONLY, spec);
    expect(postgresql).toEqual(opening.filter((spec) => !isExcepted(spec)));
    expect(Object.keys(EMBEDDED_ONLY).toSorted()).toEqual(opening.filter(isExcepted));
    for (const reason of Object.values(EMBEDDED_ONLY)) expect(reason).toMatch(/\S+ \S+ \S+/);
    expect(postgresql).toEqual(expect.arrayContaining(['libs/journal/src/unit/unit-of-work.spec.ts']));
  });

  it('are imported by none that would run them elsewhere (fault 47)', () => {
    const specs = allSpecs();
    expect(specs).toEqual(expect.arrayContaining([...unit]));
    expect(specs.filter((spec) => imports.of(spec).some((imported) => imported.endsWith('.spec.ts')))).toEqual([]);
  });

  it('pass on a server or not at all (fault 47)', () => {
    const one = 'libs/journal/src/migrations/keep-inbox-turn-plans.spec.ts';
    const { status, stderr } = jest('--selectProjects', 'postgresql', '--runTestsByPath', one);
    expect(stderr).toContain('ISOLITH_TEST_DATABASE_URL is not set');
    expect(status).toBe(1);
  });
});
