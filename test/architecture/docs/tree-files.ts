import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Built, installed or kept for one machine only. */
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.isolith']);
const TEXT = /(\.(ts|mjs|js|json|md|yml|yaml|example|sh)|^Dockerfile|^LICENSE)$/;

/** Files of the whole tree by path, with their text where it is text that somebody wrote; `''` for the others. */
export function treeFiles(root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) walk(path);
      else if (entry.isFile()) files.set(path, TEXT.test(entry.name) ? readFileSync(join(root, path), 'utf8') : '');
    }
  };
  walk('');
  return files;
}
