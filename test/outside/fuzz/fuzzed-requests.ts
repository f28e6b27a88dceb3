import { seededRandom } from '../../support/seeded-random.js';
import type { Operation, Schema } from './document.js';
import { mutantsOf } from './mutants.js';

/** What is sent, and what has to come of it. */
export interface Fuzzed {
  readonly operation: Operation;
  readonly what: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Absent for a request that is right. */
  readonly wrong?: { readonly statuses: readonly number[]; readonly pointer?: string };
}

/** What an operation takes, as a shop of the test has it. */
export interface Sample {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: (fresh: string) => Readonly<Record<string, unknown>>;
}

const BROKEN = ['', '{', '[]', 'null', '7', '"x"', '{"a":1,}', '{"__proto__":{"x":1}}', '[['.repeat(9_000)];
/** An empty object behind the mark of its encoding, which is passed over: wrong where something has to be in it. */
const EMPTY = '\ufeff{}';
const LARGER_THAN_READ = 70_000;
const BAD_KEYS = ['a b', 'x'.repeat(201), 'é'];
const BAD_NAMES = ['%00', 'x'.repeat(300), '%F0%9F%98%80', 'a%20b', '..%2F..'];

/** So many requests, the same for the same seed: one of four is right, the others are made wrong in one place each. */
export function* fuzzedRequests(
  operations: readonly Operation[],
  samples: Readonly<Record<string, Sample>>,
  { count, seed }: { readonly count: number; readonly seed: number },
): Generator<Fuzzed> {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => {
    const found = from[Math.floor(random() * from.length)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  };
  for (let sent = 0; sent < count; sent += 1) {
    const operation = pick(operations);
    const sample = samples[operation.call];
    if (sample === undefined) throw new Error(`no sample of ${operation.call}`);
    const fresh = `${seed}-${sent}`;
    const right = rightRequest(operation, sample, fresh);
    // A right request to register or to sign in costs the hash of a password.
    const kinds = random() < 0.25 ? [] : wrongRequests(operation, sample, right, fresh, pick);
    yield kinds.length === 0 ? right : pick(kinds)();
  }
}

function rightRequest(operation: Operation, sample: Sample, fresh: string): Fuzzed {
  const query = new URLSearchParams(sample.query).toString();
  const body = sample.body?.(fresh);
  return {
    operation,
    what: 'right',
    url: pathOf(operation, sample.path ?? {}) + (query === '' ? '' : `?${query}`),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(takesKey(operation) ? { 'idempotency-key': `fuzzed-${fresh}` } : {}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  };
}

const takesKey = ({ parameters }: Operation): boolean => parameters.some(({ name }) => name === 'Idempotency-Key');
const pathOf = ({ path }: Operation, values: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? name);

const brokenOf = ({ required }: Schema): readonly string[] =>
  Array.isArray(required) && required.length > 0 ? [...BROKEN, EMPTY] : BROKEN;

function wrongRequests(
  operation: Operation,
  sample: Sample,
  right: Fuzzed,
  fresh: string,
  pick: <T>(from: readonly T[]) => T,
): readonly (() => Fuzzed)[] {
  const { parameters, body: schema } = operation;
  const value = sample.body?.(fresh);
  const refused = (pointer: string) => ({ statuses: [400], pointer });
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const ofBody =
    schema === undefined || value === undefined
      ? []
      : [
          ...Array.from({ length: 6 }, () => () => {
            const mutant = pick([...mutantsOf(schema, value)]);
            const what = `${mutant.pointer} ${mutant.what}`;
            return { ...right, what, body: JSON.stringify(mutant.value), wrong: refused(mutant.pointer) };
          }),
          () => ({ ...right, what: 'broken body', body: pick(brokenOf(schema)), wrong: { statuses: [400] } }),
          () => ({
            ...right,
            what: 'a text',
            headers: { ...right.headers, 'content-type': 'text/plain' },
            wrong: { statuses: [415] },
          }),
          () => ({
            ...right,
            what: 'large body',
            body: `{"a":"${'a'.repeat(LARGER_THAN_READ)}"}`,
            wrong: { statuses: [413] },
          }),
        ];
  return [
    ...ofBody,
    ...(takesKey(operation)
      ? [
          () => ({
            ...right,
            what: 'bad key',
            headers: { ...right.headers, 'idempotency-key': pick(BAD_KEYS) },
            wrong: refused('/headers/Idempotency-Key'),
          }),
        ]
      : []),
    ...inPath.map(({ name }) => () => ({
      ...right,
      what: `bad ${name}`,
      url: pathOf(operation, { ...sample.path, [name]: pick(BAD_NAMES) }),
      wrong: { statuses: [400, 414], pointer: `/${name}` },
    })),
    ...inQuery.flatMap(({ name, schema: part }) =>
      [...mutantsOf(part, name === 'limit' ? 1 : 'x', `/${name}`)]
        .filter(({ value: wrong }) => typeof wrong === 'string' || typeof wrong === 'number')
        // A number is as good a text as any other, and a text of digits is a number.
        .filter(({ value: wrong }) => !(part['type'] === 'string' && typeof wrong === 'number'))
        .map((mutant) => () => ({
          ...right,
          what: `${mutant.pointer} ${mutant.what}`,
          url: `${pathOf(operation, sample.path ?? {})}?${new URLSearchParams({ [name]: String(mutant.value) }).toString()}`,
          wrong: refused(mutant.pointer),
        })),
    ),
    ...(inQuery.length > 0
      ? [
          () => ({
            ...right,
            what: 'unknown in the query',
            url: `${pathOf(operation, sample.path ?? {})}?wrong=1`,
            wrong: refused('/wrong'),
          }),
        ]
      : []),
  ];
}
