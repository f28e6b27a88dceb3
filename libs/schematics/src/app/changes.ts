import type { Tree } from '@angular-devkit/schematics';
import { SourceText } from '../source/source-text.js';
import { Refused } from '../refusals/refused.js';

/**
 * What a schematic is about to write. Nothing is in the tree before `write`, so one that refuses has changed nothing.
 */
export class Changes {
  readonly #edited = new Map<string, SourceText>();
  readonly #created = new Map<string, string>();

  constructor(private readonly tree: Tree) {}

  /** The files that are new. */
  get created(): ReadonlyMap<string, string> {
    return this.#created;
  }

  has(path: string): boolean {
    return this.#created.has(path) || this.tree.exists(path);
  }

  /** The names of the files and of the folders in a folder. */
  in(folder: string): { readonly files: readonly string[]; readonly folders: readonly string[] } {
    const { subfiles, subdirs } = this.tree.getDir(folder);
    return { files: subfiles, folders: subdirs };
  }

  /** A file as it will be. @throws {Refused} where there is none, with what it would be */
  edit(path: string, what: string): SourceText {
    const open = this.#edited.get(path);
    if (open !== undefined) return open;
    const text = this.#created.get(path) ?? this.tree.read(path)?.toString('utf8');
    if (text === undefined) throw new Refused(`${path}: looked for ${what}; there is no such file`);
    const file = new SourceText(path, text);
    this.#edited.set(path, file);
    return file;
  }

  /** A file that is new. @throws {Refused} where there is one already */
  create(path: string, text: string): void {
    if (this.has(path)) throw new Refused(`${path} is there already: it would have been written over`);
    this.#created.set(path, text);
  }

  write(): void {
    for (const [path, text] of this.#created) this.tree.create(path, this.#edited.get(path)?.text ?? text);
    for (const [path, file] of this.#edited)
      if (file.isChanged && !this.#created.has(path)) this.tree.overwrite(path, file.text);
  }
}
