import type { Schema } from './document.js';

/** A request's body, or one parameter of it, made wrong in one place. */
export interface Mutant {
  /** Where it is wrong, as the answer has to name it. */
  readonly pointer: string;
  readonly what: string;
  readonly value: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const numberIn = (schema: Schema, name: string): number | undefined => {
  const value = schema[name];
  return typeof value === 'number' ? value : undefined;
};

/** Values that no schema of this type takes. */
const OTHER_TYPES: Readonly<Record<string, readonly unknown[]>> = {
  string: [null, 7, true, [], {}, ['a']],
  integer: [null, 'seven', true, [], {}, 1.5, 1e300],
  number: [null, 'seven', true, [], {}],
  boolean: [null, 'true', 1, [], {}],
  object: [null, 'x', 7, true, []],
  array: [null, 'x', 7, true, {}],
};

/** Every way that this value of this schema is made wrong in one place, at whatever depth. */
export function* mutantsOf(schema: Schema, value: unknown, pointer = ''): Generator<Mutant> {
  const type = typeof schema['type'] === 'string' ? schema['type'] : undefined;
  for (const other of type === undefined ? [] : (OTHER_TYPES[type] ?? []))
    yield { pointer, what: `${JSON.stringify(other)} for ${type}`, value: other };
  if (typeof value === 'string') yield* wrongTexts(schema, value, pointer);
  if (typeof value === 'number') yield* wrongNumbers(schema, pointer);
  if (Array.isArray(value)) yield* wrongLists(schema, value, pointer);
  if (isFields(value)) yield* wrongFields(schema, value, pointer);
}

function* wrongTexts(schema: Schema, value: string, pointer: string): Generator<Mutant> {
  const longest = numberIn(schema, 'maxLength');
  if (longest !== undefined) yield { pointer, what: 'too long', value: 'a'.repeat(longest + 1) };
  if (numberIn(schema, 'minLength') !== undefined || 'pattern' in schema || 'enum' in schema || 'format' in schema)
    for (const nul of [`${value}\0`, `\0${value}`]) yield { pointer, what: 'U+0000 in it', value: nul };
  if ((numberIn(schema, 'minLength') ?? 0) > 0) yield { pointer, what: 'empty', value: '' };
  if (Array.isArray(schema['enum'])) yield { pointer, what: 'none of the words', value: 'none-of-them' };
}

function* wrongNumbers(schema: Schema, pointer: string): Generator<Mutant> {
  const [least, most] = [numberIn(schema, 'minimum'), numberIn(schema, 'maximum')];
  if (least !== undefined) yield { pointer, what: 'too small', value: least - 1 };
  if (most !== undefined && most < Number.MAX_SAFE_INTEGER) yield { pointer, what: 'too large', value: most + 1 };
}

function* wrongLists(schema: Schema, value: readonly unknown[], pointer: string): Generator<Mutant> {
  const most = numberIn(schema, 'maxItems');
  if ((numberIn(schema, 'minItems') ?? 0) > 0) yield { pointer, what: 'no item', value: [] };
  if (most !== undefined && most < 1_000)
    yield { pointer, what: 'too many items', value: Array.from({ length: most + 1 }, () => value[0]) };
  const { items } = schema;
  if (!isFields(items)) return;
  for (const [at, one] of value.entries())
    for (const mutant of mutantsOf(items, one, `${pointer}/${at}`))
      yield { ...mutant, value: value.with(at, mutant.value) };
}

function* wrongFields(schema: Schema, value: Fields, pointer: string): Generator<Mutant> {
  const { required, properties } = schema;
  for (const name of Array.isArray(required) ? required.map(String) : []) {
    const { [name]: _, ...rest } = value;
    yield { pointer: `${pointer}/${name}`, what: 'absent', value: rest };
  }
  if (schema['additionalProperties'] === false)
    for (const name of ['extra', '__proto__x', 'constructor', ''])
      yield { pointer: `${pointer}/${name}`, what: 'unknown', value: { ...value, [name]: 1 } };
  for (const [name, part] of Object.entries(isFields(properties) ? properties : {}))
    if (isFields(part) && name in value)
      for (const mutant of mutantsOf(part, value[name], `${pointer}/${name}`))
        yield { ...mutant, value: { ...value, [name]: mutant.value } };
}
