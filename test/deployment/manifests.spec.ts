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

/** Drivers whose inside a fast path rests on: another version may keep things elsewhere. */
const EXACT = ['pg', 'amqplib', '@electric-sql/pglite'];

// What npm pack makes of it, test/strangers looks at.
describe.each(libs)('the manifest of libs/%s', (lib) => {
  it('says what every package says', () => {
    expect(manifestOf(lib)).toMatchObject({
      name: `@isolith/${lib}`,
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
      ],
      // Without it a pack of what was never built succeeds, and holds nothing.
      scripts: { prepack: 'node ../../scripts/build.mjs' },
      engines: { node: '>=24.11' },
      publishConfig: { access: 'public', provenance: true },
    });
  });

  it('has versions that are exact where a fast path rests on the inside of a driver, as the repository has them', () => {
    const dependencies = versions.parse(manifestOf(lib)['dependencies']);
    const ours = versions.parse(JSON.parse(textOf('package.json')).dependencies);
    for (const name of EXACT.filter((one) => one in dependencies)) expect(dependencies[name]).toBe(ours[name]);
  });

  it('has beside it what a person looks for', () => {
    for (const file of ['README.md', 'CHANGELOG.md']) expect(existsSync(join(ROOT, 'libs', lib, file))).toBe(true);
    expect(textOf('libs', lib, 'LICENSE')).toBe(textOf('LICENSE'));
  });
});

/** What the release script makes of these manifests: the names, in the order of publishing. */
function publishedInOrder(manifests: readonly unknown[]): readonly string[] {
  const script = pathToFileURL(join(ROOT, 'scripts', 'release.mjs')).href;
  const program = `import { inOrder } from '${script}'; process.stdout.write(JSON.stringify(inOrder(JSON.parse(process.argv[1])).map(({ name }) => name)));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program, JSON.stringify(manifests)]);
  return z.array(z.string()).parse(JSON.parse(printed.toString()));
}

describe('a release', () => {
  it('publishes no package before those that it depends on', () => {
    // Last first: what is given in order proves nothing.
    const manifests = libs.toReversed().map(manifestOf);
    const order = publishedInOrder(manifests);
    expect([...order].sort()).toEqual(libs.map((lib) => `@isolith/${lib}`).sort());
    for (const { name, dependencies } of manifests) {
      const later = order.slice(order.indexOf(String(name)));
      expect(Object.keys(versions.parse(dependencies)).filter((other) => later.includes(other))).toEqual([]);
    }
  });
});
