import { fstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskChange, DiskSync } from '../disk/disk.js';
import { DurableFile } from './durable-file.js';

/** A directory as it would be found after a power cut: the names that were in it when it was last synced. */
class DurableFolder {
  names: ReadonlyMap<string, Entry> = new Map();
}
type Entry = DurableFile | DurableFolder;

/** Says of each piece that was not synced whether it reached the disk nevertheless. */
export type Arrives = () => boolean;
export const nothingArrives: Arrives = () => false;

/**
 * A folder of this machine whose power can be cut, by the rules of POSIX and no kinder: what was written to a file is
 * there after a sync of that file, a name (new, renamed, removed) after a sync of the directory that it is in.
 * Everything else is gone, or there in parts.
 *
 * The real folder holds what the operating system would show. Beside it, in memory, stands what is on disk. Files and
 * folders are known by their inodes, as names move; an inode that is created again is another file.
 */
export class PowerCutDisk implements DiskSync {
  readonly #known = new Map<number, Entry>();
  readonly #top: Entry;
  #moments = 0;
  #countdown = Infinity;
  #cut: (() => void) | undefined;
  #lies = false;

  /** What is in the folder now counts as on disk. */
  constructor(private readonly root: string) {
    this.#top = this.#onDisk(root);
  }

  /** How often something has happened to the disk so far. */
  get moments(): number {
    return this.#moments;
  }

  /**
   * Calls `cut` at the `nth` change or sync from now; before a sync, when most is at stake. A later call takes its
   * place.
   */
  at(nth: number, cut: () => void): void {
    this.#countdown = nth;
    this.#cut = cut;
  }

  file(_fd: number, path: string): void {
    this.#moment();
    this.#fileOnDisk(path);
  }

  async files(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.file(-1, path);
  }

  directory(path: string): void {
    this.#moment();
    this.#folderOnDisk(path);
  }

  changed(change: DiskChange): void {
    if (change.kind === 'written') {
      const file = this.#known.get(fstatSync(change.fd).ino);
      if (file instanceof DurableFile) file.touched(change.from, change.to);
    } else if (change.kind === 'resized') {
      // Cut off and grown again: from the new end on nothing is as it was.
      const { ino, size } = statSync(change.path);
      const file = this.#known.get(ino);
      if (file instanceof DurableFile) file.touched(size, Infinity);
    } else if (change.kind === 'created') {
      const status = statSync(change.path);
      this.#known.set(status.ino, status.isDirectory() ? new DurableFolder() : new DurableFile());
    }
    this.#moment();
  }

  /** Makes `folder` what a power cut would leave now; it must not exist. */
  leave(folder: string, arrives: Arrives = nothingArrives): void {
    const paths = new Map<Entry, string>();
    this.#find(this.root, paths);
    this.#write(this.#top, folder, paths, arrives);
  }

  /** From now on it says that it has synced files, and hasn't. */
  lie(): void {
    this.#lies = true;
  }

  #fileOnDisk(path: string): void {
    if (this.#lies) return;
    const { ino } = statSync(path);
    const known = this.#known.get(ino);
    if (known instanceof DurableFile) known.sync(path);
    else this.#known.set(ino, DurableFile.from(path));
  }

  #folderOnDisk(path: string): void {
    const { ino } = statSync(path);
    const known = this.#known.get(ino);
    const folder = known instanceof DurableFolder ? known : new DurableFolder();
    this.#known.set(ino, folder);
    folder.names = this.#namesIn(path);
  }

  #moment(): void {
    this.#moments += 1;
    this.#countdown -= 1;
    if (this.#countdown === 0) this.#cut?.();
  }

  #namesIn(path: string): Map<string, Entry> {
    return new Map(readdirSync(path).map((name) => [name, this.#entryAt(join(path, name))]));
  }

  /**
   * What stands behind a name now. One that nobody has told us of was made by other means; nothing of it is on disk
   * yet.
   */
  #entryAt(path: string): Entry {
    const status = statSync(path);
    const known = this.#known.get(status.ino);
    if (known !== undefined && known instanceof DurableFolder === status.isDirectory()) return known;
    const entry = status.isDirectory() ? new DurableFolder() : new DurableFile();
    if (entry instanceof DurableFile) entry.touched(0, Infinity);
    this.#known.set(status.ino, entry);
    return entry;
  }

  #onDisk(path: string): Entry {
    const status = statSync(path);
    const entry = status.isDirectory() ? new DurableFolder() : DurableFile.from(path);
    if (entry instanceof DurableFolder)
      entry.names = new Map(readdirSync(path).map((name) => [name, this.#onDisk(join(path, name))]));
    this.#known.set(status.ino, entry);
    return entry;
  }

  #find(path: string, paths: Map<Entry, string>): void {
    const entry = this.#entryAt(path);
    paths.set(entry, path);
    if (entry instanceof DurableFolder) for (const name of readdirSync(path)) this.#find(join(path, name), paths);
  }

  #write(entry: Entry, to: string, paths: ReadonlyMap<Entry, string>, arrives: Arrives): void {
    const path = paths.get(entry);
    if (entry instanceof DurableFile) {
      writeFileSync(to, entry.afterCut(path, arrives), { mode: 0o600 });
      return;
    }
    mkdirSync(to, { mode: 0o700 });
    // A directory's changes reach the disk in their order; here all of them do or none.
    const names = path !== undefined && arrives() ? this.#namesIn(path) : entry.names;
    for (const [name, inside] of names) this.#write(inside, join(to, name), paths, arrives);
  }
}
