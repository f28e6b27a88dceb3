import { dirname } from 'node:path';
import type { NameChange } from './disk.js';

/**
 * The folders in which names have changed since they were last synced.
 *
 * The engine trusts file systems that put the name of a new file on disk together with its content, as those of Linux
 * do: it syncs a table's file at a checkpoint, not the folder that it is in, and of an empty table neither. POSIX
 * promises nothing of the kind.
 */
export class UnsyncedFolders {
  readonly #paths = new Set<string>();

  changed(change: NameChange): void {
    this.#paths.add(dirname(change.path));
    if (change.kind === 'renamed') this.#paths.add(dirname(change.to));
    // Its own names went with it.
    if (change.kind === 'removed') this.#paths.delete(change.path);
  }

  /** Calls `sync` with each, and forgets it once that has returned. */
  sync(sync: (path: string) => void): void {
    for (const path of this.#paths) {
      sync(path);
      this.#paths.delete(path);
    }
  }

  synced(path: string): void {
    this.#paths.delete(path);
  }
}
