import { z } from 'zod';
import { cloneWith, mapSchema } from './map-schema.js';
import { definitionOf } from './schema-walk.js';

/** `strict` refuses fields that the schema does not name, `lenient` drops them. */
export type Strictness = 'strict' | 'lenient';

/**
 * The same schema with one attitude towards unknown fields at every depth, whatever the declaration said. Edge and
 * sender are strict (a typing error is found where it is made), a reader of the wire is lenient (the next version of
 * the sender may add a field).
 */
export function withStrictness<T extends z.core.$ZodType>(schema: T, strictness: Strictness): T {
  return mapSchema(
    schema,
    (copy) =>
      definitionOf(copy).type === 'object'
        ? cloneWith(copy, { catchall: strictness === 'strict' ? z.never() : undefined })
        : copy,
    // Strict halves of an intersection would each refuse the other's fields.
    (node) => definitionOf(node).type !== 'intersection',
  );
}
