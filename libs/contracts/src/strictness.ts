import { z } from 'zod';
import { definitionOf } from './schema-walk.js';

/** `strict` refuses fields that the schema does not name, `lenient` drops them. */
export type Strictness = 'strict' | 'lenient';

/**
 * The same schema with one attitude towards unknown fields at every depth, whatever the declaration said. Edge and
 * sender are strict (a typing error is found where it is made), a reader of the wire is lenient (the next version of
 * the sender may add a field).
 */
export function withStrictness<T extends z.core.$ZodType>(schema: T, strictness: Strictness): T {
  return rebuild(schema, strictness, new Map());
}

function rebuild<T extends z.core.$ZodType>(
  schema: T,
  strictness: Strictness,
  done: Map<z.core.$ZodType, z.core.$ZodType>,
): T {
  const again = <S extends z.core.$ZodType>(child: S): S => rebuild(child, strictness, done);
  // `clone` keeps the class of a schema, so the result has the type of what went in.
  const clone = (changes: object): T => z.core.clone(schema, { ...schema._zod.def, ...changes });
  const known = done.get(schema);
  if (known !== undefined) return known as T;
  const def = definitionOf(schema);
  switch (def.type) {
    case 'object': {
      const shape = Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, again(field)]));
      return clone({ shape, catchall: strictness === 'strict' ? z.never() : undefined });
    }
    case 'array':
      return clone({ element: again(def.element) });
    case 'record':
      return clone({ valueType: again(def.valueType) });
    case 'tuple':
      return clone({ items: def.items.map(again), rest: def.rest ? again(def.rest) : null });
    case 'union':
      return clone({ options: def.options.map(again) });
    case 'intersection':
      // Strict halves of an intersection would each refuse the other's fields.
      return schema;
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
    case 'nonoptional':
      return clone({ innerType: again(def.innerType) });
    case 'lazy': {
      const rebuilt = clone({ getter: () => again(def.getter()) });
      done.set(schema, rebuilt);
      return rebuilt;
    }
    default:
      return schema;
  }
}
