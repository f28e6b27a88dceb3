import { isMarked, MASK, type JsonSchema } from '@isolith/contracts';
import { z } from 'zod';

/** Where JSON Schema says that a value is one of several. Providers refuse them at the top of a tool's input. */
const CHOICES = ['anyOf', 'oneOf', 'allOf'];

/** Characters of a schema. It is sent with each request of an agent that has the tool. */
const LONGEST_SCHEMA = 16_384;

/** Of what a model is to write; `hidden` are names of fields that it is not told of. */
export function inputSchemaOf(schema: z.ZodObject, hidden: readonly string[]): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', override: closed });
  const { properties = {} } = json;
  const shown = Object.entries(properties).filter(([name]) => !hidden.includes(name));
  return { ...json, type: 'object', properties: Object.fromEntries(shown), additionalProperties: false };
}

/** Of what a model is shown; undefined where that is no object, which MCP has no schema for. */
export function outputSchemaOf(schema: z.ZodType): JsonSchema | undefined {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'output',
    override: (node) => (isMarked(node.zodSchema) ? mask(node.jsonSchema) : closed(node)),
  });
  return json.type === 'object' ? { ...json } : undefined;
}

/** What is wrong with a schema of a tool's input, as sentences. */
export function schemaProblems(schema: JsonSchema): readonly string[] {
  const choices = CHOICES.filter((choice) => Object.hasOwn(schema, choice));
  const { length } = JSON.stringify(schema);
  return [
    ...choices.map((choice) => `has ${choice} at the top of its input, which models refuse`),
    ...(length > LONGEST_SCHEMA ? [`has a schema of ${length} characters, ${LONGEST_SCHEMA} at most`] : []),
  ];
}

interface Node {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
  readonly path: readonly (string | number)[];
}

/** What is read strictly says so. Halves of an intersection are left open: each would refuse the other's fields. */
function closed({ zodSchema, jsonSchema, path }: Node): void {
  const { def } = zodSchema._zod;
  if (def.type === 'object' && !path.includes('allOf')) jsonSchema.additionalProperties = false;
}

function mask(json: z.core.JSONSchema.BaseSchema): void {
  for (const key of Object.keys(json)) Reflect.deleteProperty(json, key);
  json.const = MASK;
  json.description = 'Personal: not shown.';
}
