import type { z } from 'zod';
import { definitionOf, walkSchema } from './schema-walk.js';

/**
 * What survives `JSON.parse(JSON.stringify(x))` unchanged. `any` and `unknown` are missing because nothing can be said
 * of them; `undefined` because JSON has none; `pipe` and `transform` because the copy would differ from the original.
 */
const SAFE = new Set([
  'object',
  'array',
  'record',
  'tuple',
  'union',
  'intersection',
  'optional',
  'nullable',
  'default',
  'readonly',
  'nonoptional',
  'lazy',
  'string',
  'number',
  'boolean',
  'null',
  'literal',
  'enum',
  'template_literal',
  'never',
]);

/** Names every place of the schema that JSON can't carry faithfully; empty when it is JSON-safe. */
export function jsonUnsafePlaces(schema: z.core.$ZodType): readonly string[] {
  const places: string[] = [];
  for (const { schema: node, path } of walkSchema(schema)) {
    const def = definitionOf(node);
    const where = path === '' ? '/' : path;
    if (!SAFE.has(def.type)) places.push(`${where}: ${def.type}`);
    else if ('coerce' in def && def.coerce) places.push(`${where}: coerce`);
    else if (def.type === 'literal' && def.values.some((value) => typeof value === 'bigint' || value === undefined)) {
      places.push(`${where}: literal that JSON has no form for`);
    }
  }
  return places;
}
