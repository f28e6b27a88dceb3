import { posix } from 'node:path';
import { type Layer, layerOf } from './layers.js';
import type { Import, SourceFile } from './sources.js';

/** Where a context's sources are. */
export interface ContextFolder {
  readonly name: string;
  /** Below the root; default: its name. */
  readonly folder?: string;
  /** Of its tables, where its descriptor states one; default: its name with `_` for `-`. */
  readonly schema?: string | undefined;
}

export interface ArchitectureTree {
  readonly sources: readonly SourceFile[];
  readonly contexts: readonly Required<ContextFolder>[];
  /** Besides ours, what contracts, descriptors and decisions may import. */
  readonly plainPackages: readonly string[];
}

/** A file of a context. */
export interface Place {
  readonly context: string;
  readonly layer: Layer;
}

export interface Violation {
  /** Below the root. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** One rule as data. */
export interface Rule {
  readonly id: string;
  readonly why: string;
  readonly check: (tree: ArchitectureTree) => readonly Violation[];
}

/** Where a path belongs; undefined outside of all contexts. */
export function placeOf({ contexts }: ArchitectureTree, path: string): Place | undefined {
  const [owner] = contexts
    .filter(({ folder }) => path.startsWith(`${folder}/`))
    // A context inside the folder of another is a context of its own.
    .sort((a, b) => b.folder.length - a.folder.length);
  return owner && { context: owner.name, layer: layerOf(posix.relative(owner.folder, path)) };
}

export interface Crossing {
  readonly source: SourceFile;
  readonly from: Place;
  readonly import: Import;
  /** Where in a context the import points to; undefined for a package, and for files outside of all contexts. */
  readonly to: Place | undefined;
}

/**
 * Every import of a context's code that runs; specs stand beside what they test and are free to look at its
 * collaborators.
 */
export function crossings(tree: ArchitectureTree): readonly Crossing[] {
  return tree.sources.flatMap((source) => {
    const from = placeOf(tree, source.path);
    if (from === undefined || source.isSpec) return [];
    return source.imports.map((one) => ({
      source,
      from,
      import: one,
      to: one.target === undefined ? undefined : placeOf(tree, one.target),
    }));
  });
}

export function importViolation(
  { source, import: { specifier, line } }: Pick<Crossing, 'source' | 'import'>,
  message: string,
): Violation {
  return { file: source.path, line, message: `imports ${specifier}: ${message}` };
}
