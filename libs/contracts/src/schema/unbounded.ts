import type { z } from 'zod';
import { definitionOf, walkSchema } from './schema-walk.js';
import { checksOf, formatOf, hasFixedAlphabet, isBound, isLinear } from './string-checks.js';

/**
 * Places of a schema whose strings meet a check that may take more than linear time and have no bound: a pattern that
 * repeats something, a format, a function. Each needs a `max()`.
 */
export function unboundedPlaces(schema: z.core.$ZodType): readonly string[] {
  return [...walkSchema(schema)].filter(({ schema: node }) => isUnbounded(node)).map(({ path }) => path || '/');
}

function isUnbounded(schema: z.core.$ZodType): boolean {
  if (definitionOf(schema).type !== 'string') return false;
  const checks = checksOf(schema);
  if (checks.some(isBound)) return false;
  return (formatOf(schema) !== undefined && !hasFixedAlphabet(schema)) || !checks.every(isLinear);
}
