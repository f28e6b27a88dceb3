import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';

const SYNCS_AT_ONCE = 16;

/** What the engine did to a name. */
export type NameChange =
  | { readonly kind: 'created' | 'removed'; readonly path: string }
  | { readonly kind: 'renamed'; readonly path: string; readonly to: string };
/** What the engine did to what is in a file. */
export type ContentChange =
  | { readonly kind: 'written'; readonly fd: number; readonly from: number; readonly to: number }
  | { readonly kind: 'resized'; readonly path: string };
/** What the engine changed on disk and has not synced yet: a name, or the content of a file. */
export type DiskChange = NameChange | ContentChange;

/**
 * What the engine asks of the disk. After `file` returned, and `files` resolved, what was written to them before
 * survives a power loss; after `directory`, so do the names in it. A failure throws the error of `node:fs`; the engine
 * then stops rather than believe a lost write.
 */
export interface DiskSync {
  file(fd: number, path: string): void;
  files(paths: readonly string[]): Promise<void>;
  directory(path: string): void;
  /** Told after each change, which is not on disk yet. For tests of power loss; without it nobody keeps count. */
  changed?(change: DiskChange): void;
}

export const diskSync: DiskSync = {
  file: (fd) => fdatasyncSync(fd),
  files: async (paths) => {
    // Asked for together, a disk takes a quarter of the time.
    const next = paths.values();
    await Promise.all(
      Array.from({ length: SYNCS_AT_ONCE }, async () => {
        for (const path of next) {
          const handle = await open(path, 'r+');
          try {
            await handle.sync();
          } finally {
            await handle.close();
          }
        }
      }),
    );
  },
  directory: (path) => {
    // Windows cannot open a directory for this, and its file system logs names itself.
    if (process.platform === 'win32') return;
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
};
