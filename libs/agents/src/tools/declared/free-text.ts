import type { z } from 'zod';

type Schema = z.core.$ZodType;
type Definition = z.core.$ZodTypes['_zod']['def'];

/** Formats whose strings say nothing to anybody: letters, digits and marks in a fixed order. */
const SAY_NOTHING = new Set(['uuid', 'guid', 'datetime', 'date', 'time', 'ipv4', 'ipv6', 'ulid']);
/** What holds no text at all. */
const NO_TEXT = new Set(['number', 'boolean', 'null', 'literal', 'enum', 'never']);

/**
 * Whether a value of this schema has any place where somebody could have written a sentence. Of what it can't tell it
 * says yes.
 */
export function holdsFreeText(schema: Schema, seen = new Set<Schema>()): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  const holds = (part: Schema): boolean => holdsFreeText(part, seen);
  const def = definitionOf(schema);
  switch (def.type) {
    case 'string':
      return !('format' in def && typeof def.format === 'string' && SAY_NOTHING.has(def.format));
    case 'object':
      return Object.values(def.shape).some(holds) || (def.catchall !== undefined && holds(def.catchall));
    case 'array':
      return holds(def.element);
    case 'tuple':
      return def.items.some(holds) || (def.rest !== null && holds(def.rest));
    case 'record':
      return holds(def.keyType) || holds(def.valueType);
    case 'union':
      return def.options.some(holds);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
    case 'nonoptional':
      return holds(def.innerType);
    default:
      return !NO_TEXT.has(def.type);
  }
}

/** zod types a definition as its base; every schema carries one of the union's members. */
const definitionOf = (schema: Schema): Definition => (schema as z.core.$ZodTypes)._zod.def;
