import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..');
const libs = readdirSync(join(ROOT, 'libs'));
const textOf = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const manifestOf = (lib: string): Record<string, unknown> =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(textOf('libs', lib, 'package.json')));
const versions = z.record(z.string(), z.string()).default({});

/** npm looks for it under this name: `npm create isolith`. */
const nameOf = (lib: string): string => (lib === 'create' ? 'create-isolith' : `@isolith/${lib}`);

/** Drivers whose inside a fast path rests on: another version may keep things elsewhere. */
const EXACT = ['pg', 'amqplib', '@electric-sql/pglite'];

// What npm pack makes of it, test/strangers looks at.
/** What they write is an application for Node 24; what it stands on runs on Node 22 too. */
const WRITES_AN_APP: ReadonlySet<string> = new Set(['create', 'schematics']);

describe.each(libs)('the manifest of libs/%s', (lib) => {
  it('says what every package says', () => {
    expect(manifestOf(lib)).toMatchObject({
      name: nameOf(lib),
      license: 'MIT',
      type: 'module',
      repository: { type: 'git', url: 'git+https://github.com/isolith/isolith.git', directory: `libs/${lib}` },
      files: [
        'dist',
        'src',
        'CHANGELOG.md',
        '!**/*.spec.*',
        '!**/*.example.*',
        '!**/spec-support',
        '!**/fixtures',
        '!**/.tsbuildinfo',
        // Whole, with its specs: what is named last counts.
        ...(lib === 'create' ? ['template'] : []),
      ],
      // Without it a pack of what was never built succeeds, and holds nothing.
      scripts: { prepack: 'node ../../scripts/run.mjs build' },
      engines: { node: WRITES_AN_APP.has(lib) ? '>=24.11' : '^22.16.0 || >=24.11.0' },
      publishConfig: { access: 'public', provenance: true },
    });
  });

  it('has versions that are exact where a fast path rests on the inside of a driver, as the repository has them', () => {
    const dependencies = versions.parse(manifestOf(lib)['dependencies']);
    const root = z
      .object({ dependencies: versions, devDependencies: versions })
      .parse(JSON.parse(textOf('package.json')));
    const ours = { ...root.devDependencies, ...root.dependencies };
    for (const name of EXACT.filter((one) => one in dependencies)) expect(dependencies[name]).toBe(ours[name]);
  });

  it('has beside it what a person looks for', () => {
    for (const file of ['README.md', 'CHANGELOG.md']) expect(existsSync(join(ROOT, 'libs', lib, file))).toBe(true);
    expect(textOf('libs', lib, 'LICENSE')).toBe(textOf('LICENSE'));
  });
});

/** What the release script makes of these manifests: the names, in the order of publishing. */
function publishedInOrder(manifests: readonly unknown[]): readonly string[] {
  const script = pathToFileURL(join(ROOT, 'scripts', 'release.ts')).href;
  const program = `import { inOrder } from '${script}'; process.stdout.write(JSON.stringify(inOrder(JSON.parse(process.argv[1])).map(({ name }) => name)));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program, JSON.stringify(manifests)]);
  return z.array(z.string()).parse(JSON.parse(printed.toString()));
}

describe('a release', () => {
  it('publishes no package before those that it depends on', () => {
    // Last first: what is given in order proves nothing.
    const manifests = libs.toReversed().map(manifestOf);
    const order = publishedInOrder(manifests);
    expect([...order].sort()).toEqual(libs.map(nameOf).sort());
    for (const { name, dependencies } of manifests) {
      const later = order.slice(order.indexOf(String(name)));
      expect(Object.keys(versions.parse(dependencies)).filter((other) => later.includes(other))).toEqual([]);
    }
  });
});
