import { z } from 'zod';

/** One place in a schema: the node and the path that leads to it (`/lines/0/sku`; any item or entry is a star). */
export interface SchemaNode {
  readonly schema: z.core.$ZodType;
  readonly path: string;
}

/** Whether this zod has made it, or one of its kin: others keep their definition elsewhere. */
export const isSchema = (schema: unknown): schema is z.core.$ZodType =>
  typeof schema === 'object' && schema !== null && '_zod' in schema;

/** The definition of a node, narrowed to the union of all definitions zod knows. */
export function definitionOf(schema: z.core.$ZodType): z.core.$ZodTypes['_zod']['def'] {
  // zod types `def` as its base; every concrete schema carries one of the union's members.
  return (schema as z.core.$ZodTypes)._zod.def;
}

/** The direct children of a node with the path segment that each adds ('' for wrappers). */
export function childrenOf(schema: z.core.$ZodType): readonly { segment: string; child: z.core.$ZodType }[] {
  const def = definitionOf(schema);
  switch (def.type) {
    case 'object': {
      const fields = Object.entries(def.shape).map(([name, child]) => ({ segment: `/${name}`, child }));
      return def.catchall ? [...fields, { segment: '/*', child: def.catchall }] : fields;
    }
    case 'array':
      return [{ segment: '/*', child: def.element }];
    case 'record':
      return [{ segment: '/*', child: def.valueType }];
    case 'tuple':
      return [
        ...def.items.map((child, index) => ({ segment: `/${index}`, child })),
        ...(def.rest ? [{ segment: '/*', child: def.rest }] : []),
      ];
    case 'union':
      return def.options.map((child) => ({ segment: '', child }));
    case 'intersection':
      return [
        { segment: '', child: def.left },
        { segment: '', child: def.right },
      ];
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
    case 'nonoptional':
      return [{ segment: '', child: def.innerType }];
    case 'lazy':
      return [{ segment: '', child: def.getter() }];
    default:
      return [];
  }
}

/** All nodes of a schema, parents first; a recursive (lazy) schema is visited once. */
export function* walkSchema(
  schema: z.core.$ZodType,
  path = '',
  seen = new Set<z.core.$ZodType>(),
): Generator<SchemaNode> {
  if (seen.has(schema)) return;
  seen.add(schema);
  yield { schema, path };
  if (!isSchema(schema)) return;
  for (const { segment, child } of childrenOf(schema)) yield* walkSchema(child, path + segment, seen);
}

/**
 * All nodes of a schema at each place where they are used, parents first; a recursive (lazy) schema is not entered
 * inside itself. For schemas that use one another in many ways it takes far longer than `walkSchema`.
 */
export function* walkPlaces(
  schema: z.core.$ZodType,
  path = '',
  around: readonly z.core.$ZodType[] = [],
): Generator<SchemaNode> {
  if (around.includes(schema)) return;
  yield { schema, path };
  for (const { segment, child } of childrenOf(schema)) yield* walkPlaces(child, path + segment, [...around, schema]);
}
