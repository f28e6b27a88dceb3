import type { z } from 'zod';
import { definitionOf, walkSchema } from './schema-walk.js';

type Fields = Record<string, unknown>;

/** Types whose values nobody can change, and those that only wrap another type. */
const UNCHANGEABLE = new Set([
  'string',
  'number',
  'boolean',
  'literal',
  'enum',
  'null',
  'template_literal',
  'optional',
  'nullable',
  'default',
  'readonly',
  'nonoptional',
]);

/**
 * Copies fields that a parse of this schema made, so that they can be given away a second time. They hold JSON and
 * nothing else, so there is nothing to check; that is a tenth of the work of a parse. Where no value can be changed,
 * the fields themselves are returned: who restores a message from them makes an object of its own anyway.
 */
export function compileCopyOfValid(schema: z.ZodObject): (fields: Fields) => Fields {
  const isFlat = [...walkSchema(schema)].every(
    ({ schema: node }) => node === schema || UNCHANGEABLE.has(definitionOf(node).type),
  );
  return isFlat ? (fields) => fields : copyFields;
}

/** By entries, since an assignment to a field named `__proto__` would be none. */
const copyFields = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, copyJson(value)]));

function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson);
  return isObject(value) ? copyFields(value) : value;
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
