import { contextLayers } from './context-layers.js';
import { foreignInside } from './foreign-inside.js';
import { noCycles } from './no-cycles.js';
import { ownSchema } from './own-schema.js';
import { parseSources, readSources, type ResolveSpecifier } from './sources.js';
import type { ArchitectureTree, ContextFolder, Rule, Violation } from './tree.js';

/** What `architectureViolations` looks at. */
export interface ArchitectureOptions {
  /** A folder whose TypeScript is looked at; or the texts of its files by their paths below it, with `/`. */
  readonly root: string | ReadonlyMap<string, string>;
  /**
   * Names, where each context is a folder of its name below the root; `{ name, folder }` where one is elsewhere below
   * it. Descriptors do.
   */
  readonly contexts: readonly (string | ContextFolder)[];
  /** What contracts, descriptors and domain code may import besides `@isolith/contracts` and `zod`. */
  readonly plainPackages?: readonly string[];
  /** The file below the root that an import means which is not relative, such as one of `paths` in a tsconfig. */
  readonly resolve?: ResolveSpecifier;
}

/** A place that breaks a rule. */
export interface ArchitectureViolation extends Violation {
  readonly rule: string;
  /** What the rule is good for. */
  readonly why: string;
}

const rules: readonly Rule[] = [...contextLayers, foreignInside, noCycles, ownSchema];

/** All rules, and what each is good for. */
export const architectureRules: readonly Pick<Rule, 'id' | 'why'>[] = rules.map(({ id, why }) => ({ id, why }));

/**
 * What in an application would keep one of its contexts from moving, or from being understood alone: imports that cross
 * a border, files that import one another in a circle, SQL that names the schema of another context. Empty where all is
 * well.
 * @throws {Error} for a context without a file, which is a slip in its name or folder
 */
export function architectureViolations(options: ArchitectureOptions): readonly ArchitectureViolation[] {
  const tree = treeOf(options);
  return rules.flatMap(({ id: rule, why, check }) => check(tree).map((violation) => ({ ...violation, rule, why })));
}

function treeOf({ root, contexts, plainPackages = [], resolve }: ArchitectureOptions): ArchitectureTree {
  const sources = parseSources(typeof root === 'string' ? readSources(root) : root, resolve);
  const folders = contexts.map((context) => {
    const { name, folder = name, schema }: ContextFolder = typeof context === 'string' ? { name: context } : context;
    if (!sources.some(({ path }) => path.startsWith(`${folder}/`)))
      throw new Error(
        `architectureViolations: the context ${name} has no TypeScript file in ${folder}/ below the root`,
      );
    return { name, folder, schema };
  });
  return { sources, contexts: folders, plainPackages };
}
