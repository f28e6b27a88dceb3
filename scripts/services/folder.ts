import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PREFIX = 'isolith-servers-';
/** A socket's path may have 107 bytes; what the servers add to the folder's needs less than 60. */
const LONGEST = 45;

/** True when the servers' accounts can reach what is in it. */
const isOpenToAll = (folder: string): boolean =>
  (statSync(folder).mode & 0o001) !== 0 && (dirname(folder) === folder || isOpenToAll(dirname(folder)));

const parent = () => (tmpdir().length <= LONGEST && isOpenToAll(tmpdir()) ? tmpdir() : '/tmp');

/** @returns whether the keeper that made it is gone; a folder that tells nothing is left alone */
const isAbandoned = (folder: string): boolean => {
  try {
    const pid = readFileSync(join(folder, 'keeper.pid'), 'utf8');
    try {
      // Not only any process with that id: ids are used again.
      return !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('keeper.ts');
    } catch {
      return true;
    }
  } catch {
    return false;
  }
};

/** Removes the folders of keepers that were killed; the kernel ended their servers with them. */
const sweep = () => {
  for (const name of readdirSync(parent()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(parent(), name);
    if (statSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid?.()) continue;
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
  }
};

/** @returns a fresh folder of this process */
export const ownFolder = (): { folder: string; remove: () => void } => {
  sweep();
  const folder = mkdtempSync(join(parent(), PREFIX));
  // The servers' accounts go through it to their own folders, and see no names.
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, 'keeper.pid'), String(process.pid), { mode: 0o600 });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
};
