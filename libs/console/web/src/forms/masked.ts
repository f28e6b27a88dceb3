import type { FieldProblem } from '../api/problem.js';

/** What stands for a value that nobody may see. An edit that leaves it keeps the value that is stored. */
const MASK = '***';

/** What is at a JSON pointer; undefined where nothing is. */
export function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (at, part) => (typeof at === 'object' && at !== null ? new Map(Object.entries(at)).get(part) : undefined),
      value,
    );
}

/** Without what is said of values that are masked: the mask is no value, and the host knows what is behind it. */
export const ofWhatIsSeen = (value: unknown, problems: readonly FieldProblem[]): readonly FieldProblem[] =>
  problems.filter(({ pointer }) => valueAt(value, pointer) !== MASK);
