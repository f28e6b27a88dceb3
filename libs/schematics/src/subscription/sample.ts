import ts from 'typescript';
import { Refused } from '../refusals/refused.js';
import type { Name } from '../naming/name.js';
import { resolved } from '../source/nodes.js';
import { eventOption } from './event-option.js';
import type { SourceText } from '../source/source-text.js';

/**
 * What a schema takes, as an expression of TypeScript; undefined for a schema that is not understood, `absent` for a
 * field that may be left out.
 */
type Sample = string | undefined;
const ABSENT = 'absent';

/** Calls behind a schema that change nothing of what a short text or a small number must be. */
const HARMLESS = ['max', 'describe', 'meta', 'readonly', 'nonempty', 'trim'];

/**
 * An expression that makes an event whose schema is made of objects, texts, numbers and ids, so that a spec can begin
 * with it.
 * @throws {Refused} naming the field that is of another kind
 */
export function exampleOf(contract: SourceText, event: Name): string {
  const fields = fieldsIn(contract, event);
  if (fields === undefined)
    throw new Refused(
      `${contract.path}: looked for z.object({ … }) as the input of ${event.pascal}, to write an example of it into a spec; found another form. With --no-spec it is left out`,
    );
  const written = fields.map(([name, schema]) => {
    const sample = schema === undefined ? undefined : valueOf(schema);
    if (sample === undefined)
      throw new Refused(
        `${contract.path}: ${event.pascal} has a field ${name} of a kind that no example is known of, for a spec. With --no-spec it is left out`,
      );
    return sample === ABSENT ? [] : [`${name}: ${sample}`];
  });
  return `new ${event.pascal}(${object(written.flat())})`;
}

/** The same for one of its fields; undefined where it is not understood. */
export function sampleOfField(contract: SourceText, event: Name, field: string): string | undefined {
  const [, schema] = fieldsIn(contract, event)?.find(([name]) => name === field) ?? [];
  return schema && valueOf(schema);
}

function fieldsIn(contract: SourceText, event: Name): Fields | undefined {
  const input = eventOption(contract, event, 'input');
  return input === undefined ? undefined : shapeOf(input);
}

const object = (fields: readonly string[]): string => (fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`);

type Fields = readonly (readonly [name: string, schema: ts.Expression | undefined])[];

/** The fields of `z.object({ … })`, and of what extends it. */
function shapeOf(expression: ts.Expression): Fields | undefined {
  const schema = resolved(expression);
  if (schema === undefined || !ts.isCallExpression(schema)) return undefined;
  const callee = schema.expression;
  const shape = resolved(schema.arguments[0]);
  if (!ts.isPropertyAccessExpression(callee) || shape === undefined || !ts.isObjectLiteralExpression(shape))
    return undefined;
  if (callee.getText() === 'z.object') return fieldsOf(shape);
  const base = callee.name.text === 'extend' ? shapeOf(callee.expression) : undefined;
  return base && [...base, ...fieldsOf(shape)];
}

const fieldsOf = (shape: ts.ObjectLiteralExpression): Fields =>
  shape.properties.flatMap((property): Fields => {
    if (ts.isPropertyAssignment(property)) return [[property.name.getText(), property.initializer]];
    if (ts.isShorthandPropertyAssignment(property)) return [[property.name.text, property.name]];
    const spread = ts.isSpreadAssignment(property) ? resolved(property.expression) : undefined;
    return spread !== undefined && ts.isObjectLiteralExpression(spread)
      ? fieldsOf(spread)
      : [[property.getText(), undefined]];
  });

function valueOf(expression: ts.Expression): Sample {
  const schema = resolved(expression);
  if (schema === undefined || !ts.isCallExpression(schema) || !ts.isPropertyAccessExpression(schema.expression))
    return undefined;
  const { expression: before, name } = schema.expression;
  const [first] = schema.arguments;
  if (before.getText() === 'z') return made(name.text, schema);
  if (before.getText() === 'z.iso' && name.text === 'datetime') return `'2026-01-01T00:00:00.000Z'`;
  if (name.text === 'optional' || name.text === 'default') return ABSENT;
  if (name.text === 'nullable') return 'null';
  const sample = valueOf(before);
  if (sample === undefined || HARMLESS.includes(name.text)) return sample;
  if (name.text === 'min' && first !== undefined) return atLeast(sample, Number(first.getText()));
  return name.text === 'positive' && /^\d+$/.test(sample) ? '1' : undefined;
}

function made(kind: string, call: ts.CallExpression): Sample {
  const argument = resolved(call.arguments[0]);
  switch (kind) {
    case 'uuid':
      return 'randomUUID()';
    case 'string':
      return `'x'`;
    case 'int':
    case 'number':
      return '1';
    case 'boolean':
      return 'true';
    case 'literal':
      return argument?.getText();
    case 'enum':
      return argument !== undefined && ts.isArrayLiteralExpression(argument)
        ? argument.elements[0]?.getText()
        : undefined;
    case 'array':
      return arrayOf(argument);
    case 'object': {
      const fields = shapeOf(call)?.map(([name, schema]) => [name, schema && valueOf(schema)] as const);
      if (fields === undefined || fields.some(([, sample]) => sample === undefined)) return undefined;
      return object(fields.filter(([, sample]) => sample !== ABSENT).map(([name, sample]) => `${name}: ${sample}`));
    }
    default:
      return undefined;
  }
}

function arrayOf(element: ts.Expression | undefined): Sample {
  const sample = element === undefined ? undefined : valueOf(element);
  return sample === undefined ? undefined : `[${sample === ABSENT ? '' : sample}]`;
}

function atLeast(sample: string, least: number): Sample {
  if (!Number.isInteger(least)) return undefined;
  if (/^\d+$/.test(sample)) return String(Math.max(1, least));
  if (sample === `'x'`) return `'${'x'.repeat(Math.max(1, least))}'`;
  return sample.startsWith('[') && least <= 1 ? sample : undefined;
}
