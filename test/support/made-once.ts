import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inTurn } from '../../scripts/turn.mjs';

export const ROOT = join(import.meta.dirname, '..', '..');
export const KEPT = join(ROOT, 'node_modules', '.cache', 'isolith', 'made-once');

/**
 * Fills a folder with what several spec files begin with. Whoever comes first makes it there, and it is kept under its
 * key; all others, in later runs too, get a copy that is theirs to change. Copies are taken in the turn as well:
 * whoever has another key, from other sources, takes away what is kept. `keyOf` is asked again when it is made, and
 * when that has changed meanwhile, nobody knows what it was made from, and it is not kept.
 */
export async function madeOnce(
  name: string,
  keyOf: () => string,
  folder: string,
  make: () => Promise<void>,
): Promise<void> {
  const copyOrMake = async (): Promise<void> => {
    const key = keyOf();
    const kept = join(KEPT, `${name}-${key}`);
    if (existsSync(kept)) return cpSync(kept, folder, { recursive: true, verbatimSymlinks: true });
    await make();
    if (keyOf() !== key) return;
    mkdirSync(KEPT, { recursive: true });
    for (const older of readdirSync(KEPT))
      if (older.startsWith(`${name}-`)) rmSync(join(KEPT, older), { recursive: true, force: true });
    // Moved to its place whole: a run that is killed leaves no half of it there.
    const draft = join(KEPT, `${name}-draft-${randomUUID()}`);
    cpSync(folder, draft, { recursive: true, verbatimSymlinks: true });
    renameSync(draft, kept);
  };
  // Processes take turns, and so do those who ask in one process.
  const earlier = lasts.get(name) ?? Promise.resolve();
  const turn = earlier.then(() => inTurn(name, copyOrMake, `made-once-${name}`));
  lasts.set(
    name,
    turn.then(
      () => undefined,
      () => undefined,
    ),
  );
  await turn;
}

const lasts = new Map<string, Promise<void>>();

/**
 * Digest of files of the repository and of all below folders of it, by path and content; of nothing that is built from
 * them.
 */
export function digestOf(...paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths)
    for (const file of filesIn(join(ROOT, path)))
      hash.update(file.slice(ROOT.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

function filesIn(folder: string): readonly string[] {
  if (statSync(folder).isFile()) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.name === 'node_modules' || entry.name === 'dist') return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    });
}
