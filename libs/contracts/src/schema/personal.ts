import { z } from 'zod';
import { walkPlaces, walkSchema } from './schema-walk.js';

const marks = z.registry<{ mark: 'personal' | 'secret' }>();

/**
 * Marks personal data (name, e-mail, address, payment token). It may travel in a command, a query or a query's answer;
 * declaring it in an event, a failure, a command's output or a saga's state is refused, because those are kept.
 */
export function personal<T extends z.ZodType>(schema: T): T {
  return marked(schema, 'personal');
}

/** Like `personal()`, and also left out of input digests: a password must not be guessable from what is stored. */
export function secret<T extends z.ZodType>(schema: T): T {
  return marked(schema, 'secret');
}

// The mark sits on a clone: marking one use of a shared schema must not mark its other uses.
function marked<T extends z.ZodType>(schema: T, mark: 'personal' | 'secret'): T {
  const own = schema.clone(schema._zod.def);
  marks.add(own, { mark });
  return own;
}

/** Whether this very schema has either mark. */
export const isMarked = (schema: z.core.$ZodType): boolean => marks.has(schema);

/**
 * Paths of all fields with either mark, e.g. `/address`, `/lines/0/note`; of a recursive schema those of its first
 * level.
 */
export function personalPaths(schema: z.core.$ZodType): readonly string[] {
  if (![...walkSchema(schema)].some(({ schema: node }) => isMarked(node))) return [];
  return [...walkPlaces(schema)].filter(({ schema: node }) => isMarked(node)).map(({ path }) => path);
}

/** Top-level field names that carry the `secret` mark. */
export function secretFields(schema: z.ZodObject): readonly string[] {
  return Object.entries(schema.shape)
    .filter(([, field]) => [...walkSchema(field)].some(({ schema: node }) => marks.get(node)?.mark === 'secret'))
    .map(([name]) => name);
}
