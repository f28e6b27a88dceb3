import { walkSchema, isSchema } from './schema-walk.js';

/**
 * What is wrong with a schema that this zod has not made, anywhere in it: the end of a sentence that begins with what
 * the schema is of. Undefined when nothing is. The compiler says the same, in many lines, to those who ask it.
 */
export function foreignSchema(schema: unknown): string | undefined {
  if (!isSchema(schema)) return `${foundOf(schema)}; ${NEEDED}`;
  for (const { schema: node, path } of walkSchema(schema))
    if (!isSchema(node)) return `${foundOf(node)} at ${path}; ${NEEDED}`;
  return undefined;
}

const NEEDED = 'schemas of zod 4 are needed: npm install zod@4, and npm ls zod tells who brings another one';

const foundOf = (schema: unknown): string =>
  typeof schema === 'object' && schema !== null && '_def' in schema
    ? 'a schema of zod 3 was found'
    : `${schema === null ? 'null' : typeof schema} was found, which is no schema of zod`;
