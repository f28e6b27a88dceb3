import { createHash } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform, type Options } from '@swc/core';
import { wholeFolder } from './whole-folder.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = join(ROOT, 'dist');
/** Beside what was built, so that packages are found as from there. */
const VERSIONS = join(BUILT, 'versions');

/** A change of one source of the shop: `from` stands there exactly once. */
export interface Edit {
  /** Below `src`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Another version of the shop: its sources with some of them changed. */
export interface Version {
  /** Lower-case-with-dashes. */
  readonly name: string;
  readonly edits: readonly Edit[];
}

/** Of what is built, what is no part of this version. */
const APART: ReadonlySet<string> = new Set(['versions', 'releases']);

/** As `tsc` compiles the shop; types are not looked at. */
export const COMPILER: Options = {
  swcrc: false,
  sourceMaps: false,
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

/**
 * The shop of this checkout, which has to be built, with the changed sources of a version in the place of its own;
 * resolves with what `startHost` and `startBeside` are given to run it. The same version is made once. Rejects when an
 * edit has lost its place.
 */
export async function buildVersion(version: Version): Promise<readonly string[]> {
  const changed = changedSources(version);
  const digest = createHash('sha256')
    .update(JSON.stringify([...changed]))
    .update(readFileSync(join(BUILT, '.isolith-build.json')))
    .digest('hex')
    .slice(0, 12);
  const folder = join(VERSIONS, `${version.name}-${digest}`);
  const args = [join(folder, 'main.js')];
  await wholeFolder(folder, async (draft) => {
    for (const older of readdirSync(VERSIONS))
      if (older.startsWith(`${version.name}-`)) rmSync(join(VERSIONS, older), { recursive: true, force: true });
    for (const entry of readdirSync(BUILT))
      if (!APART.has(entry)) cpSync(join(BUILT, entry), join(draft, entry), { recursive: true });
    for (const [file, text] of changed) {
      const { code } = await transform(text, { ...COMPILER, filename: join(ROOT, 'src', file) });
      writeFileSync(join(draft, file.replace(/\.ts$/, '.js')), code);
    }
  });
  return args;
}

/** The sources that a version changes, as they are in it. Throws when an edit has not exactly one place. */
export function changedSources({ name, edits }: Version): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const { file, from, to } of edits) {
    const parts = (sources.get(file) ?? readFileSync(join(ROOT, 'src', file), 'utf8')).split(from);
    if (parts.length !== 2)
      throw new Error(`version ${name}: "${from}" stands ${parts.length - 1} times in src/${file}, not once`);
    sources.set(file, parts.join(to));
  }
  return sources;
}
