/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/** What a form asks for. `json`: what no form of ours can show is typed as JSON. */
export type Field =
  | { readonly kind: 'text'; readonly format: string | undefined; readonly longest: number | undefined }
  | { readonly kind: 'number'; readonly isWhole: boolean }
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly options: readonly unknown[] }
  | { readonly kind: 'fixed'; readonly value: unknown }
  | { readonly kind: 'list'; readonly item: Schema }
  | { readonly kind: 'group'; readonly fields: readonly NamedField[] }
  | { readonly kind: 'json' };

export interface NamedField {
  readonly name: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** References of references, as deep as anybody writes them; one that leads to itself ends here. */
const DEEPEST = 20;

/** The schema that a reference within `root` names. */
export function resolved(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const { $ref: reference } = found;
    if (typeof reference !== 'string') return withoutNull(found);
    const target = reference
      .replace(/^#\/?/, '')
      .split('/')
      .filter((part) => part !== '')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((at, part) => (isSchema(at) && Object.hasOwn(at, part) ? at[part] : undefined), root);
    if (!isSchema(target)) return {};
    found = target;
  }
  return {};
}

/** Of one kind or null: a form asks for the kind, and nothing typed is null. */
function withoutNull(schema: Schema): Schema {
  const others = listOf(schema['anyOf'] ?? schema['oneOf'])
    .filter(isSchema)
    .filter(({ type }) => type !== 'null');
  const types = listOf(schema['type']).filter((type) => type !== 'null');
  if (others.length === 1 && others[0] !== undefined)
    return { ...schema, anyOf: undefined, oneOf: undefined, ...others[0] };
  return types.length === 1 ? { ...schema, type: types[0] } : schema;
}

/** What a form asks for by a schema. */
export function fieldOf(given: Schema, root: Schema): Field {
  const schema = resolved(given, root);
  if ('const' in schema) return { kind: 'fixed', value: schema['const'] };
  if (Array.isArray(schema['enum'])) return { kind: 'choice', options: listOf(schema['enum']) };
  const constants = listOf(schema['anyOf'] ?? schema['oneOf']).filter(isSchema);
  if (constants.length > 0 && constants.every((one) => 'const' in one))
    return { kind: 'choice', options: constants.map((one) => one['const']) };
  const { format, maxLength } = schema;
  switch (schema['type']) {
    case 'string':
      return {
        kind: 'text',
        format: typeof format === 'string' ? format : undefined,
        longest: typeof maxLength === 'number' ? maxLength : undefined,
      };
    case 'integer':
    case 'number':
      return { kind: 'number', isWhole: schema['type'] === 'integer' };
    case 'boolean':
      return { kind: 'switch' };
    case 'array':
      return isSchema(schema['items']) ? { kind: 'list', item: schema['items'] } : { kind: 'json' };
    case 'object':
      return groupOf(schema);
    default:
      return { kind: 'json' };
  }
}

function groupOf(schema: Schema): Field {
  const { properties } = schema;
  if (!isSchema(properties)) return { kind: 'json' };
  const required = listOf(schema['required']);
  return {
    kind: 'group',
    fields: Object.entries(properties).map(([name, one]) => ({
      name,
      schema: isSchema(one) ? one : {},
      isRequired: required.includes(name),
    })),
  };
}
