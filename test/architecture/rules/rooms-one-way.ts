import { cyclesIn, type SourceFile } from '@isolith/testing/architecture';
import type { Rule, SourceTree, Violation } from '../source-tree.js';

/**
 * What of a package stands in one folder; files beside the folders are a room of their own, and so is the index over
 * all.
 */
function roomOf(folder: string, path: string): string | undefined {
  const inner = path.startsWith(`${folder}/src/`) ? path.slice(folder.length + '/src/'.length) : undefined;
  if (inner === undefined || inner === 'index.ts') return inner;
  return inner.includes('/') ? inner.split('/')[0] : '.';
}

/**
 * Specs, what stands there for them alone, and examples, which use the package as its users do, look at whatever they
 * need.
 */
const isRun = ({ isSpec, path }: SourceFile): boolean =>
  !isSpec && !path.endsWith('.example.ts') && !path.split('/').includes('spec-support');

/** Between the index and the files beside it a cycle of rooms is a cycle of files, which another rule finds. */
const BESIDE: ReadonlySet<string> = new Set(['index.ts', '.']);

interface Step {
  readonly from: string;
  readonly to: string;
  readonly at: Violation;
}

/** Every import that leads from one room of a package into another. */
function stepsIn(tree: SourceTree, folder: string): readonly Step[] {
  return tree.sources.filter(isRun).flatMap(({ path, imports }) => {
    const from = roomOf(folder, path);
    return imports.flatMap(({ target, specifier, line }) => {
      const to = target === undefined ? undefined : roomOf(folder, target);
      if (from === undefined || to === undefined || from === to || (BESIDE.has(from) && BESIDE.has(to))) return [];
      return [
        { from, to, at: { file: path, line, message: `imports ${specifier}: ${from} and ${to} need each other` } },
      ];
    });
  });
}

export const roomsOneWay: Rule = {
  id: 'rooms-one-way',
  why: 'rooms of a package that need each other are one room: none can be read, tested or moved without the other',
  check: (tree) =>
    tree.libs.flatMap(({ folder }) => {
      const steps = stepsIn(tree, folder);
      const edges = new Map(
        steps.map(({ from }) => [from, steps.filter((one) => one.from === from).map(({ to }) => to)]),
      );
      return cyclesIn(edges).flatMap((rooms) =>
        steps.filter(({ from, to }) => rooms.includes(from) && rooms.includes(to)).map(({ at }) => at),
      );
    }),
};
