/** A context, and the schema that holds its tables where that is not the one called like it. */
export interface SchemaOwner {
  readonly context: string;
  readonly schema?: string | undefined;
}

/** Where an application's own tables are, and those of no context. */
export const APPLICATION_SCHEMA = 'public';

/**
 * The schema that holds a context's tables: the one stated for it, else its name with `_` for `-`, so that SQL need not
 * quote it.
 */
export const schemaOf = ({ context, schema }: SchemaOwner): string => schema ?? context.replaceAll('-', '_');

/**
 * What speaks against a name that somebody states for a context's schema, as the end of a sentence; undefined when
 * nothing does.
 */
export function schemaObjection(schema: string): string | undefined {
  if (schema === APPLICATION_SCHEMA)
    return "is where an application's own tables are, and the context's would be among them (migrations, inbox, journal): name a schema of its own";
  return /^[a-z_][a-z0-9_]{0,62}$/.test(schema) && !schema.startsWith('pg_') && schema !== 'information_schema'
    ? undefined
    : "can't be a schema's name here: lower-case letters, digits and _ after a first letter or _, 63 at most, not a name of PostgreSQL's own";
}

/** Modules that state parts of one context's data state one schema. @throws {TypeError} naming both */
export function sameSchema(known: SchemaOwner, stated: SchemaOwner): void {
  const [one, other] = [schemaOf(known), schemaOf(stated)];
  if (one !== other)
    throw new TypeError(
      `context ${stated.context}: one module keeps its tables in the schema ${one}, another in ${other}: state the same in both (schema)`,
    );
}
