import { Validator } from '@cfworker/json-schema';
import type { FieldProblem } from '../api/problem.js';
import type { Schema } from './schema-field.js';

/** These only say that something within is wrong, which is said by itself. */
const ABOUT_WITHIN = new Set(['properties', 'items', 'prefixItems', 'additionalProperties', '$ref', 'allOf']);
const MOST = 50;

/** What is wrong with a value by its schema, place by place; the host looks again, and more closely. */
export function problemsOf(schema: Schema, value: unknown): readonly FieldProblem[] {
  const checked = new Validator({ ...schema }, '2020-12', false).validate(value ?? null);
  return checked.errors
    .map(({ keyword, instanceLocation, error }) => ({ keyword, pointer: instanceLocation.replace(/^#/, ''), error }))
    .filter(({ keyword, pointer }, _, all) => {
      const hasWithin = all.some((other) => other.pointer !== pointer && other.pointer.startsWith(`${pointer}/`));
      return !(ABOUT_WITHIN.has(keyword) && hasWithin) && !(keyword === '$ref' && all.length > 1);
    })
    .slice(0, MOST)
    .map(({ keyword, pointer, error }) => ({ pointer: missing(keyword, pointer, error), detail: error }));
}

/** What is missing is told at the place where it should be. */
function missing(keyword: string, pointer: string, error: string): string {
  const name = keyword === 'required' ? error.split('"')[1] : undefined;
  return name === undefined ? pointer : `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Those of one place. */
export const at = (pointer: string, problems: readonly FieldProblem[]): readonly string[] =>
  problems.filter((problem) => problem.pointer === pointer).map(({ detail }) => detail);
