import { ContractViolationError, guarded, type FieldProblem } from '@isolith/contracts';
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';

const PLACES = {
  body: 'the request body',
  query: 'the query string',
  param: 'the path',
  custom: 'the request',
} as const;

/**
 * Checks what a route declares with `@Body({ schema })`, `@Query({ schema })` or `@Param({ schema })`, and refuses
 * fields that the schema does not know: a misspelt optional field would otherwise be a silent no.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  /** The schemas of all routes, each as it is checked. */
  readonly #guarded = new WeakMap<object, Schema>();

  async transform(value: unknown, { schema, type }: ArgumentMetadata): Promise<unknown> {
    if (schema === undefined || type === 'custom') return value;
    const result = await this.#checked(schema)['~standard'].validate(value);
    const problems =
      result.issues === undefined ? unknownFields(value, result.value) : result.issues.flatMap(problemsOfIssue);
    if (problems.length > 0)
      throw new ContractViolationError(`${PLACES[type]} is not as expected`, problems.slice(0, MAX_PROBLEMS));
    return result.issues === undefined ? result.value : value;
  }

  /** A schema of zod is checked for its bounds first; those of other libraries are taken as they are. */
  #checked(schema: Schema): Schema {
    if (!(schema instanceof z.ZodType)) return schema;
    const known = this.#guarded.get(schema);
    if (known !== undefined) return known;
    const made = guarded(schema);
    this.#guarded.set(schema, made);
    return made;
  }
}

type Schema = NonNullable<ArgumentMetadata['schema']>;

const UNKNOWN = 'is not a known field';
/** A body can hold thousands of wrong entries; the answer does not. */
const MAX_PROBLEMS = 50;

type Path = readonly (PropertyKey | { readonly key: PropertyKey })[];

/** RFC 6901. */
const pointerOf = (path: Path): string =>
  path
    .map(
      (segment) =>
        `/${String(typeof segment === 'object' ? segment.key : segment)
          .replaceAll('~', '~0')
          .replaceAll('/', '~1')}`,
    )
    .join('');

/** A strict schema of zod reports the object and lists its unknown fields beside; we report each field. */
const unrecognized = z.object({ code: z.literal('unrecognized_keys'), keys: z.array(z.string()) });

function problemsOfIssue(issue: {
  readonly message: string;
  readonly path?: Path | undefined;
}): readonly FieldProblem[] {
  const path = issue.path ?? [];
  const strict = unrecognized.safeParse(issue);
  if (!strict.success) return [{ pointer: pointerOf(path), detail: issue.message }];
  return strict.data.keys.map((key) => ({ pointer: pointerOf([...path, key]), detail: UNKNOWN }));
}

/**
 * Fields that went in and did not come out, at any depth; values that the schema made into something else are not
 * looked into.
 */
function unknownFields(given: unknown, read: unknown, path: Path = []): readonly FieldProblem[] {
  if (Array.isArray(given) && Array.isArray(read))
    return given.flatMap((item, index) => unknownFields(item, read[index], [...path, index]));
  if (!isRecord(given) || !isRecord(read)) return [];
  return Object.entries(given).flatMap(([name, field]) =>
    Object.hasOwn(read, name)
      ? unknownFields(field, read[name], [...path, name])
      : [{ pointer: pointerOf([...path, name]), detail: UNKNOWN }],
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
