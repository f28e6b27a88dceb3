import { z } from 'zod';
import { definitionOf } from './schema-walk.js';

type Schema = z.core.$ZodType;
type MapSchema = <S extends Schema>(schema: S) => S;

/** What becomes of a node's copy; it may be changed, and still parses to what the node parses to. */
export type Change = (copy: Schema) => Schema;

/**
 * A copy of a schema in which every node, children first, has gone through `change`. The declared schema and its parts
 * stay as they are; so do, inside the copy, nodes for which `descends` is false.
 */
export function mapSchema<T extends Schema>(
  schema: T,
  change: Change,
  descends: (schema: Schema) => boolean = () => true,
): T {
  const done = new Map<Schema, Schema>();
  const map: MapSchema = <S extends Schema>(node: S): S => {
    // A copy has the class of its node, and a change keeps what it parses to.
    const known = done.get(node);
    if (known !== undefined) return known as S;
    if (!descends(node)) return node;
    const def = definitionOf(node);
    if (def.type === 'lazy') {
      // Known before its inside is looked at, which may be itself; zod keeps what the old getter gave beside it.
      const copy = cloneWith(node, { getter: () => map(def.getter()), _cachedInner: undefined });
      done.set(node, copy);
      return copy;
    }
    const changed = change(cloneWith(node, childrenOf(def, map))) as S;
    done.set(node, changed);
    return changed;
  };
  return map(schema);
}

/** A copy of a schema with another definition in parts; the changes must be those that its class knows. */
export function cloneWith<S extends Schema>(schema: S, changes: object): S {
  return z.core.clone(schema, { ...schema._zod.def, ...changes });
}

/** The parts of a definition that hold schemas, each mapped. */
function childrenOf(def: ReturnType<typeof definitionOf>, map: MapSchema): object {
  switch (def.type) {
    case 'object': {
      const shape = Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, map(field)]));
      return def.catchall === undefined ? { shape } : { shape, catchall: map(def.catchall) };
    }
    case 'array':
      return { element: map(def.element) };
    case 'record':
      return { keyType: map(def.keyType), valueType: map(def.valueType) };
    case 'tuple':
      return { items: def.items.map((item) => map(item)), rest: def.rest === null ? null : map(def.rest) };
    case 'union':
      return { options: def.options.map((option) => map(option)) };
    case 'intersection':
      return { left: map(def.left), right: map(def.right) };
    case 'pipe':
      return { in: map(def.in), out: map(def.out) };
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
    case 'nonoptional':
      return { innerType: map(def.innerType) };
    default:
      return {};
  }
}
