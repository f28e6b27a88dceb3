/** Levels that JSON from elsewhere may nest. No contract describes as many. */
export const DEEPEST = 64;

/**
 * Whether a value nests deeper than anything that a contract describes. `JSON.parse` takes any depth; what walks a
 * value afterwards (`JSON.stringify`, a digest, a log) runs out of stack at some thousands, wherever it is reached.
 */
export function nestsTooDeep(value: unknown, left = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const inner of Object.values(value)) if (nestsTooDeep(inner, left - 1)) return true;
  return false;
}
