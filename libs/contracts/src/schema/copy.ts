import { z } from 'zod';
import { ContractViolationError } from '../errors/errors.js';
import { definitionOf, walkSchema } from './schema-walk.js';
import { withStrictness, type Strictness } from './strictness.js';
import { guarded } from './guarded.js';

/** Validates a value and returns a copy that shares no reference with it. Throws ContractViolationError. */
export type Copy<T> = (value: unknown) => T;

/**
 * Compiles the copying parser of a schema. Parsing builds new objects and arrays, so the result of a parse *is* the
 * copy; there is no second pass. The one exception: zod keeps `{ field: undefined }` for an optional field, JSON does
 * not, so schemas with optional fields get a pass that deletes such keys from the fresh copy.
 */
export function compileCopy<T extends z.ZodType>(what: string, schema: T, strictness: Strictness): Copy<z.output<T>> {
  const strictSchema = guarded(withStrictness(schema, strictness));
  const hasOptional = [...walkSchema(schema)].some(({ schema: node }) => definitionOf(node).type === 'optional');
  return (value) => {
    const parsed = strictSchema.safeParse(value);
    if (!parsed.success) throw ContractViolationError.of(what, parsed.error);
    if (hasOptional) dropUndefined(parsed.data);
    return parsed.data;
  };
}

function dropUndefined(value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) dropUndefined(item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) Reflect.deleteProperty(value, key);
      else dropUndefined(item);
    }
  }
}
