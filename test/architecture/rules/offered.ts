import { architectureRules, architectureViolations, type ArchitectureViolation } from '@isolith/testing/architecture';
import { type Rule, sourceOf, type SourceTree } from '../source-tree.js';

const found = new WeakMap<SourceTree, readonly ArchitectureViolation[]>();

/** Looked for once in each tree, for all of the rules. */
function violationsIn(tree: SourceTree): readonly ArchitectureViolation[] {
  const known = found.get(tree);
  if (known !== undefined) return known;
  const violations = architectureViolations({
    root: tree.files,
    contexts: tree.contexts.map((name) => ({ name, folder: `src/${name}` })),
    resolve: sourceOf(tree.libs),
  });
  found.set(tree, violations);
  return violations;
}

/** The rules that @isolith/testing offers to any application, by the function that it offers them with. */
export const offeredRules: readonly Rule[] = architectureRules.map(({ id, why }) => ({
  id,
  why,
  check: (tree) => violationsIn(tree).filter(({ rule }) => rule === id),
}));
