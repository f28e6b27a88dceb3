import fc from 'fast-check';
import { z } from 'zod';
import { guarded } from '../schema/guarded.js';
import { definitionOf } from '../schema/schema-walk.js';

/** Random values that a contract's schema accepts, for property tests. Throws for a schema it has no generator for. */
export function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const def = definitionOf(schema);
  switch (def.type) {
    case 'object': {
      const fields = Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, arbitraryOf(field)]));
      const requiredKeys = Object.entries(def.shape)
        .filter(([, field]) => field._zod.optin !== 'optional')
        .map(([name]) => name);
      return fc.record(fields, { requiredKeys });
    }
    case 'array': {
      const { minItems = 0, maxItems = Infinity } = z.toJSONSchema(schema);
      return fc.array(arbitraryOf(def.element), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 4) });
    }
    case 'record':
      return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), arbitraryOf(def.valueType), { maxKeys: 4 });
    case 'tuple':
      return fc.tuple(...def.items.map(arbitraryOf));
    case 'union':
      return fc.oneof(...def.options.map(arbitraryOf));
    case 'nullable':
      return fc.option(arbitraryOf(def.innerType), { nil: null });
    case 'optional':
    case 'default':
    case 'readonly':
    case 'nonoptional':
      return arbitraryOf(def.innerType);
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'number':
      return number(schema);
    case 'string':
      return text(schema);
    default:
      throw new TypeError(`no generator for ${def.type}`);
  }
}

function number(schema: z.core.$ZodType): fc.Arbitrary<number> {
  const { type, minimum, maximum, ...exclusive } = z.toJSONSchema(schema);
  // Draft 4 had booleans here; the draft that zod writes has numbers.
  const exclusiveMinimum = z.number().optional().parse(exclusive.exclusiveMinimum);
  const exclusiveMaximum = z.number().optional().parse(exclusive.exclusiveMaximum);
  if (type === 'integer') {
    const least = minimum ?? (exclusiveMinimum === undefined ? -1e9 : exclusiveMinimum + 1);
    const most = maximum ?? (exclusiveMaximum === undefined ? 1e9 : exclusiveMaximum - 1);
    return fc.integer({ min: Math.max(least, -(2 ** 53) + 1), max: Math.min(most, 2 ** 53 - 1) });
  }
  const bounds = { min: minimum ?? exclusiveMinimum ?? -1e9, max: maximum ?? exclusiveMaximum ?? 1e9 };
  // JSON writes -0 as 0, so that is no value a contract can promise to carry.
  return fc
    .double({
      ...bounds,
      minExcluded: exclusiveMinimum !== undefined,
      maxExcluded: exclusiveMaximum !== undefined,
      noNaN: true,
    })
    .map((value) => value + 0);
}

const FORMATS: Readonly<Record<string, () => fc.Arbitrary<string>>> = {
  uuid: () => fc.uuid(),
  email: () => fc.stringMatching(/^[a-z]{1,10}@[a-z]{1,10}\.(com|org)$/),
  'date-time': () =>
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
  uri: () => fc.webUrl(),
};

function text(schema: z.core.$ZodType): fc.Arbitrary<string> {
  const { format = '', pattern, allOf = [], minLength = 0, maxLength = Infinity } = z.toJSONSchema(schema);
  const formatted = FORMATS[format];
  if (formatted !== undefined) return formatted();
  // With several patterns zod writes each into an entry of `allOf`; words are built from the first, and the schema
  // itself decides.
  const [first = pattern] = allOf.map((part) => part.pattern).filter((each) => each !== undefined);
  const checked = guarded(schema);
  const accepted = (value: string): boolean => z.safeParse(checked, value).success;
  if (first !== undefined) return matching(new RegExp(first, 'u')).filter(accepted);
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 12) }).filter(accepted);
}

/** fast-check builds strings from most patterns; for one that it can't read, words are tried until they match. */
function matching(pattern: RegExp): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(pattern);
  } catch {
    return fc.string({ minLength: 1, maxLength: 12 }).filter((value) => pattern.test(value));
  }
}
