import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { transform } from '@swc/core';
import { z } from 'zod';
import { COMPILER } from '../support/build-version.js';
import { KEPT, type KeptRelease } from './kept-release.js';

/**
 * Keeps a release as the one that hosts of this checkout run beside in the tests: what its hosts run of `src` and
 * `libs`, compiled, without comments. With each release:
 *
 *   npm run keep-release -- v0.2.0
 */
const commit = z
  .string({ error: 'say which release to keep: npm run keep-release -- <tag or commit>' })
  .regex(/^[\w./-]+$/)
  .parse(process.argv[2]);

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });

/** What no host runs: specs, kits, examples, and the packages of those who write contexts. */
const NOT_RUN =
  /\.spec\.ts$|\/(?:spec-support|testing|fixtures)\/|\.example\.ts$|^libs\/(?:create|schematics|testing)\//;

const listed = git('ls-tree', '-r', '--name-only', commit, 'src', 'libs').split('\n');
const files: Record<string, string> = {};
for (const file of listed) {
  if (/^libs\/[^/]+\/package\.json$/.test(file) && !NOT_RUN.test(file)) files[file] = git('show', `${commit}:${file}`);
  if (!/^(?:src|libs\/[^/]+\/src)\/.*\.ts$/.test(file) || NOT_RUN.test(file)) continue;
  const { code } = await transform(git('show', `${commit}:${file}`), {
    ...COMPILER,
    minify: true,
    jsc: { ...COMPILER.jsc, minify: { compress: false, mangle: false } },
  });
  files[file.replace(/\.ts$/, '.js')] = code;
}
const release: KeptRelease = { commit: git('rev-parse', `${commit}^{commit}`).trim(), files };
const packed = brotliCompressSync(JSON.stringify(release), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
writeFileSync(KEPT, packed);
process.stdout.write(`${Object.keys(files).length} files of ${release.commit} kept in ${packed.length} bytes\n`);
