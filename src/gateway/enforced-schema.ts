/** A JSON Schema, or a part of one, as the document has it. */
type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** No text that a request brings may hold it; a lone surrogate can't be told in a pattern. */
const NO_NUL = String.raw`^[^\x00]*$`;
/** A string that says more of itself says this too. */
const SAYS_MORE = ['pattern', 'enum', 'const', 'format', 'allOf'];

/**
 * The schema of what a request brings, with what the edge enforces whatever the schema: no unknown fields, no U+0000.
 */
export function enforcedSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(enforcedSchema);
  if (!isSchema(schema)) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, enforcedPart(name, part)]));
  if (schema['type'] === 'object' && isSchema(schema['properties'])) return { additionalProperties: false, ...parts };
  if (schema['type'] === 'string' && !SAYS_MORE.some((word) => word in schema)) return { ...parts, pattern: NO_NUL };
  return parts;
}

/** Values of these are schemas; a keyword's other values are data. */
function enforcedPart(name: string, part: unknown): unknown {
  if (name === 'properties' && isSchema(part))
    return Object.fromEntries(Object.entries(part).map(([field, inner]) => [field, enforcedSchema(inner)]));
  return name === 'items' || name === 'oneOf' ? enforcedSchema(part) : part;
}

/**
 * The schema of what is sent or received, without `format: email`: readers hold it to mean more than is enforced (64
 * characters before the @), and the pattern beside it says what is.
 */
export function withoutEmailFormat(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutEmailFormat);
  if (!isSchema(schema)) return schema;
  const parts = Object.entries(schema).filter(([name, part]) => !(name === 'format' && part === 'email'));
  return Object.fromEntries(parts.map(([name, part]) => [name, withoutEmailFormat(part)]));
}
