import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { wholeFolder } from '../support/whole-folder.js';

/** Written by `npm run keep-release` alone. */
export const KEPT = new URL('./release.json.br', import.meta.url);

const keptRelease = z.object({
  commit: z.string(),
  /** Compiled, by the path of the source: `src/…` and `libs/…`, and the manifests of the packages. */
  files: z.record(z.string(), z.string()),
});
/** A release as its hosts ran it. */
export type KeptRelease = z.output<typeof keptRelease>;

/** In the checkout, so that what both releases need of others is found as from there. */
const RELEASES = fileURLToPath(new URL('../../dist/releases/', import.meta.url));

/**
 * The shop of the release before, unpacked: with its own packages, and with those of others that this checkout has
 * installed. Resolves with what `startHost` and `startFleet` are given to run it. The same release is unpacked once.
 */
export async function previousRelease(): Promise<readonly string[]> {
  const packed = readFileSync(KEPT);
  const folder = join(RELEASES, createHash('sha256').update(packed).digest('hex').slice(0, 12));
  await wholeFolder(folder, (draft) => {
    const { files } = keptRelease.parse(JSON.parse(brotliDecompressSync(packed).toString('utf8')));
    for (const [file, text] of Object.entries(files)) {
      const target = join(draft, placeOf(file));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    for (const older of readdirSync(RELEASES))
      if (!older.startsWith('draft-')) rmSync(join(RELEASES, older), { recursive: true, force: true });
  });
  return [join(folder, 'main.js')];
}

/** Packages are found before those of the checkout. */
function placeOf(file: string): string {
  const [, name, rest] = /^libs\/([^/]+)\/(.*)$/.exec(file) ?? [];
  if (name === undefined || rest === undefined) return file.replace(/^src\//, '');
  return join('node_modules', '@isolith', name, rest.replace(/^src\//, 'dist/'));
}
