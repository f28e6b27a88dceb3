import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { buildTree, readFiles, type SourceTree } from './source-tree.js';

const folder = join(import.meta.dirname, 'fixtures');
/**
 * A small tree in the repository's layout that keeps every rule; each fixture is laid over it, so it breaks only what
 * it is meant to.
 */
const CLEAN = '_clean';

const Fixture = z.strictObject({
  /** Where the rule must report, and nowhere else. */
  expect: z.array(z.strictObject({ file: z.string(), line: z.int().min(1) })),
  /** Files of the clean tree that this fixture takes away. */
  without: z.array(z.string()).default([]),
  /** Files too long to keep: `head` and then comment lines up to `lines`. */
  generated: z.array(z.strictObject({ path: z.string(), head: z.string(), lines: z.int() })).default([]),
});

export const fixtureIds: readonly string[] = readdirSync(folder).filter((name) => name !== CLEAN);

export function readFixture(id: string): { readonly tree: SourceTree; readonly expected: readonly string[] } {
  const parts = (id === CLEAN ? [id] : [CLEAN, id]).map((name) => ({
    files: readFiles(join(folder, name)),
    settings: Fixture.parse(JSON.parse(readFileSync(join(folder, name, 'fixture.json'), 'utf8'))),
  }));
  const files = new Map<string, string>();
  for (const { files: own, settings } of parts) {
    for (const [path, text] of own) files.set(path, text);
    for (const { path, head, lines } of settings.generated) files.set(path, `${head}\n${'//\n'.repeat(lines - 1)}`);
    for (const path of settings.without) files.delete(path);
  }
  const expected = parts.at(-1)?.settings.expect ?? [];
  return { tree: buildTree(files), expected: expected.map(({ file, line }) => `${file}:${line}`).sort() };
}

export const readClean = () => readFixture(CLEAN);
