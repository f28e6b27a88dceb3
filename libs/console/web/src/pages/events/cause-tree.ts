import type { Cause } from '../../api/answers/events.js';

/** Something that happened, with what it led to. */
export interface CauseNode {
  readonly cause: Cause;
  readonly effects: readonly CauseNode[];
}

/** A line of the tree as it is shown. */
export interface CauseLine {
  readonly cause: Cause;
  readonly depth: number;
  /** How many lines are folded away below it. */
  readonly below: number;
  readonly isOpen: boolean;
}

/**
 * The tree of what is flat. What names a parent that is not there stands at the top: its context gave no answer, or it
 * is older than what is kept. A circle is cut where it would close, so that everything is shown once.
 */
export function causeTree(causes: readonly Cause[]): readonly CauseNode[] {
  const known = new Map(causes.map((cause) => [cause.id, cause]));
  const children = Map.groupBy(
    [...known.values()].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    ({ id, parent }) => (parent !== undefined && parent !== id && known.has(parent) ? parent : undefined),
  );
  const seen = new Set<string>();
  const grow = (under: string | undefined): readonly CauseNode[] =>
    (children.get(under) ?? []).flatMap((cause) => {
      if (seen.has(cause.id)) return [];
      seen.add(cause.id);
      return [{ cause, effects: grow(cause.id) }];
    });
  const roots = [...grow(undefined)];
  // Those of a circle have no root: the first of them is one.
  for (const cause of known.values())
    if (!seen.has(cause.id)) {
      seen.add(cause.id);
      roots.push({ cause, effects: grow(cause.id) });
    }
  return roots;
}

const sizeOf = ({ effects }: CauseNode): number => effects.reduce((sum, one) => sum + 1 + sizeOf(one), 0);

/** The lines that are shown when these are folded. */
export function linesOf(tree: readonly CauseNode[], folded: ReadonlySet<string>, depth = 0): readonly CauseLine[] {
  return tree.flatMap((node) => {
    const { cause, effects } = node;
    const isOpen = !folded.has(cause.id);
    const line = { cause, depth, below: sizeOf(node), isOpen };
    return isOpen ? [line, ...linesOf(effects, folded, depth + 1)] : [line];
  });
}
