import { fieldOf, type Schema } from './schema-field.js';

/** From the whole of a value to a part of it. */
export type Path = readonly (string | number)[];

export const pointerOf = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value with another part; undefined takes a field away. What is no object or list on the way becomes one. */
export function replaced(value: unknown, path: Path, part: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return part;
  if (typeof first === 'number') {
    const items: unknown[] = Array.isArray(value) ? [...value] : [];
    items[first] = replaced(items[first], rest, part);
    return items;
  }
  const fields = new Map(Object.entries(isObject(value) ? value : {}));
  const next = replaced(fields.get(first), rest, part);
  if (next === undefined) fields.delete(first);
  else fields.set(first, next);
  return Object.fromEntries(fields);
}

export const without = (items: readonly unknown[], index: number): readonly unknown[] =>
  items.filter((_, at) => at !== index);

/** What an empty form holds: what has to be there, and nothing else. */
export function emptyOf(schema: Schema, root: Schema, depth = 0): unknown {
  const field = fieldOf(schema, root);
  switch (field.kind) {
    case 'text':
      return '';
    case 'number':
      return undefined;
    case 'switch':
      return false;
    case 'choice':
      return field.options[0];
    case 'fixed':
      return field.value;
    case 'list':
      return [];
    case 'group':
      // A schema that has itself within is asked for by hand beyond this.
      return depth > 5
        ? {}
        : Object.fromEntries(
            field.fields
              .filter(({ isRequired }) => isRequired)
              .map(({ name, schema: of }) => [name, emptyOf(of, root, depth + 1)] as const)
              .filter(([, value]) => value !== undefined),
          );
    case 'json':
      return undefined;
  }
}

/** What was typed as a number; the text itself where it is none, so that the schema says what is wrong with it. */
export function numberTyped(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : text;
}
