import { type Import, type Layer, layerOf, type SourceFile } from '@isolith/testing/architecture';
import type { SourceTree, Violation } from './source-tree.js';

export type Place =
  | { readonly kind: 'context'; readonly context: string; readonly layer: Layer }
  | { readonly kind: 'gateway'; readonly layer: Layer }
  | { readonly kind: 'composition' }
  | { readonly kind: 'lib'; readonly folder: string }
  /** Of a package, and built by another tool for browsers. */
  | { readonly kind: 'pages' }
  | { readonly kind: 'outside' };

/**
 * Where a path of the tree belongs. Files of `src` that are in no context and not in the gateway compose the
 * application.
 */
export function placeOf(tree: SourceTree, path: string): Place {
  const [top, owner, ...rest] = path.split('/');
  if (top === 'libs' && rest[0] === 'web') return { kind: 'pages' };
  if (top === 'libs' && owner !== undefined) return { kind: 'lib', folder: `libs/${owner}` };
  if (top !== 'src' || owner === undefined) return { kind: 'outside' };
  const layer = layerOf(rest.join('/'));
  if (owner === 'gateway') return { kind: 'gateway', layer };
  return tree.contexts.includes(owner) ? { kind: 'context', context: owner, layer } : { kind: 'composition' };
}

export interface Crossing {
  readonly source: SourceFile;
  readonly from: Place;
  readonly import: Import;
  /** Where the import points to; undefined for a package from npm or Node. */
  readonly to: Place | undefined;
}

/** Every import of code that runs; specs sit beside what they test and are free to look at its collaborators. */
export function crossings(tree: SourceTree): readonly Crossing[] {
  return tree.sources
    .filter((source) => !source.isSpec)
    .flatMap((source) =>
      source.imports.map((one) => ({
        source,
        from: placeOf(tree, source.path),
        import: one,
        to: one.target === undefined ? undefined : placeOf(tree, one.target),
      })),
    );
}

/** The npm package or Node module that a specifier names: `@scope/name` of `@scope/name/sub`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

export function violationAt({ source, import: { specifier, line } }: Crossing, message: string): Violation {
  return { file: source.path, line, message: `imports ${specifier}: ${message}` };
}
