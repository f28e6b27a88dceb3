import type { z } from 'zod';
import { isMarked } from './personal.js';
import { childrenOf, definitionOf } from './schema-walk.js';

type Schema = z.core.$ZodType;

/** What is shown in the place of something personal. */
export const MASK = '***';

/**
 * A copy of a value with the mask wherever its schema has a mark, at every depth. The value was read by this schema:
 * what that does not name would be shown as it is. Where a union lets a value be one of several, it is masked when any
 * of them is marked; a record whose names are marked is masked as a whole.
 */
export const masked = (schema: Schema, value: unknown): unknown => maskedAs([schema], value);

function maskedAs(schemas: readonly Schema[], value: unknown): unknown {
  const readings = schemas.flatMap((schema) => [...readingsOf(schema)]);
  if (readings.some(hidesAll)) return value === undefined ? undefined : MASK;
  if (Array.isArray(value)) return value.map((item, index) => maskedAs(itemsOf(readings, index), item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, maskedAs(fieldsOf(readings, name), field)]),
  );
}

/** The schema and what it stands around; one that is around itself is read once. */
function* readingsOf(schema: Schema, seen = new Set<Schema>()): Generator<Schema> {
  if (seen.has(schema)) return;
  seen.add(schema);
  yield schema;
  for (const { segment, child } of childrenOf(schema)) if (segment === '') yield* readingsOf(child, seen);
}

function hidesAll(schema: Schema): boolean {
  const def = definitionOf(schema);
  return isMarked(schema) || (def.type === 'record' && [...readingsOf(def.keyType)].some(isMarked));
}

function fieldsOf(readings: readonly Schema[], name: string): readonly Schema[] {
  return readings.flatMap((schema) => {
    const def = definitionOf(schema);
    if (def.type === 'record') return [def.valueType];
    if (def.type !== 'object') return [];
    const field = Object.hasOwn(def.shape, name) ? def.shape[name] : def.catchall;
    return field === undefined ? [] : [field];
  });
}

function itemsOf(readings: readonly Schema[], index: number): readonly Schema[] {
  return readings.flatMap((schema) => {
    const def = definitionOf(schema);
    if (def.type === 'array') return [def.element];
    if (def.type !== 'tuple') return [];
    const item = def.items[index] ?? def.rest;
    return item === null ? [] : [item];
  });
}
