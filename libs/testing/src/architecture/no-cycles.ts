import { cyclesIn } from './cycles.js';
import type { ArchitectureTree, Rule, Violation } from './tree.js';

function report(tree: ArchitectureTree, cycle: readonly string[]): Violation {
  const members = [...cycle].sort();
  const source = tree.sources.find(({ path }) => path === members[0]);
  const line = source?.imports.find(({ target }) => target !== undefined && members.includes(target))?.line ?? 1;
  return { file: members[0] ?? '', line, message: `is in an import cycle of ${members.join(', ')}` };
}

export const noCycles: Rule = {
  id: 'no-cycles',
  why: 'files of a cycle cannot be understood, tested or moved alone; with decorators they also load half-defined',
  check: (tree) => {
    const edges = new Map(
      tree.sources.map((source) => [
        source.path,
        source.imports.flatMap(({ target }) => (target === undefined ? [] : [target])),
      ]),
    );
    return cyclesIn(edges).map((cycle) => report(tree, cycle));
  },
};
