import { isDeepStrictEqual } from 'node:util';
import type { ContractDescription, JsonSchema } from './describe.js';

/** One difference between two sets of contracts. */
export interface ContractChange {
  readonly contract: string;
  /** Where in the contract: `input/lines/0` style, or a property of the contract itself. */
  readonly place: string;
  readonly what: string;
  /** Whether a reader or a writer of the previous version would break beside the new one. */
  readonly breaking: boolean;
}

/**
 * What changed between two sets of contracts. In a rollout both versions run side by side and each reads what the other
 * writes, so a change is compatible only if it holds in both directions: an optional field may come or go, nearly
 * everything else (a required field, a type, a bound, a new enum value) breaks one of the two.
 *
 * An event may change in any way in a new version that has upcasters from the last one: who reads the new version reads
 * the last through them, and who doesn't waits for its upgrade. Its key stays.
 */
export function compareContracts(
  previous: readonly ContractDescription[],
  current: readonly ContractDescription[],
): readonly ContractChange[] {
  const now = new Map(current.map((description) => [description.name, description]));
  const before = new Map(previous.map((description) => [description.name, description]));
  const removed = previous
    .filter(({ name }) => !now.has(name))
    .map(({ name }) => change(name, '', 'the contract is gone', true));
  const rest = current.flatMap((description) => {
    const old = before.get(description.name);
    return old === undefined
      ? [change(description.name, '', 'the contract is new', false)]
      : compareContract(old, description);
  });
  return [...removed, ...rest];
}

function compareContract(before: ContractDescription, now: ContractDescription): readonly ContractChange[] {
  const changes: ContractChange[] = [];
  const differs = (place: keyof ContractDescription, breaking: boolean): void => {
    if (isDeepStrictEqual(before[place], now[place])) return;
    changes.push(
      change(now.name, place, `was ${JSON.stringify(before[place])}, is ${JSON.stringify(now[place])}`, breaking),
    );
  };
  differs('kind', true);
  if (now.kind === 'event') changes.push(...eventVersionChanges(before, now));
  else differs('version', true);
  // Another key is another order: events of both versions would overtake one another.
  differs('key', true);
  differs('access', false);
  differs('failures', false);
  differs('status', false);
  differs('retryable', true);
  // Whoever handles the message stores it, or not; nobody else reads that.
  differs('kept', false);
  differs('personal', false);
  if (now.kind !== 'event') changes.push(...compareSchemas(now.name, 'input', before.input, now.input));
  if (before.output !== undefined && now.output !== undefined)
    changes.push(...compareSchemas(now.name, 'output', before.output, now.output));
  else differs('output', true);
  return changes;
}

function eventVersionChanges(before: ContractDescription, now: ContractDescription): readonly ContractChange[] {
  const [was, is] = [before.version, now.version];
  const said = (what: string, breaking: boolean): ContractChange => change(now.name, 'version', what, breaking);
  if (was === is) {
    const found = compareSchemas(now.name, 'input', before.input, now.input);
    return found.some(({ breaking }) => breaking)
      ? [
          ...found,
          said(
            `is still ${is}: raise it to ${is + 1} and write ${upcasterFrom(is)}, or keep the data readable for both releases`,
            true,
          ),
        ]
      : found;
  }
  if (is < was) return [said(`was ${was}, is ${is}: what was recorded in version ${was} nobody could read`, true)];
  const missing = Array.from({ length: is - was }, (_, index) => was + index).find(
    (from) => now.upcasters?.includes(from) !== true,
  );
  return missing === undefined
    ? [said(`was ${was}, is ${is}; what is of version ${was} is read through upcasters`, false)]
    : [
        said(
          `was ${was}, is ${is}, and nothing leads from ${missing} to ${missing + 1}: write ${upcasterFrom(missing)}`,
          true,
        ),
      ];
}

const upcasterFrom = (from: number): string => `upcasters: [{ from: ${from}, up: (data) => … }]`;

/** Keywords that describe and don't constrain. */
const ANNOTATIONS = new Set(['title', 'description', 'examples', 'default', 'deprecated', '$comment']);
/** Keywords whose values are compared member by member. */
const STRUCTURE = new Set(['properties', 'required', 'items', 'additionalProperties']);

/**
 * What changed between two schemas that both releases write and read, as `compareContracts` judges it. `contract` and
 * `place` say whose they are.
 */
export function compareSchemas(
  contract: string,
  place: string,
  before: JsonSchema,
  now: JsonSchema,
): readonly ContractChange[] {
  const keywords = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (keyword) => !ANNOTATIONS.has(keyword) && !STRUCTURE.has(keyword),
  );
  const constraints = keywords
    .filter((keyword) => !isDeepStrictEqual(before[keyword], now[keyword]))
    .map((keyword) =>
      change(
        contract,
        place,
        `${keyword} was ${JSON.stringify(before[keyword])}, is ${JSON.stringify(now[keyword])}`,
        true,
      ),
    );
  return [
    ...constraints,
    ...compareProperties(contract, place, before, now),
    ...compareChild(contract, `${place}/*`, before['items'], now['items']),
    ...compareChild(contract, `${place}/*`, before['additionalProperties'], now['additionalProperties']),
  ];
}

function compareProperties(
  contract: string,
  place: string,
  before: JsonSchema,
  now: JsonSchema,
): readonly ContractChange[] {
  const [old, present] = [schemasIn(before['properties']), schemasIn(now['properties'])];
  const [oldRequired, nowRequired] = [namesIn(before['required']), namesIn(now['required'])];
  return [...new Set([...Object.keys(old), ...Object.keys(present)])].flatMap((name) => {
    const [was, is] = [old[name], present[name]];
    const at = `${place}/${name}`;
    if (is === undefined) return [change(contract, at, 'the field is gone', oldRequired.has(name))];
    if (was === undefined)
      return [
        change(contract, at, `a new ${nowRequired.has(name) ? 'required' : 'optional'} field`, nowRequired.has(name)),
      ];
    const required =
      oldRequired.has(name) === nowRequired.has(name)
        ? []
        : [change(contract, at, nowRequired.has(name) ? 'became required' : 'became optional', true)];
    return [...required, ...compareSchemas(contract, at, was, is)];
  });
}

function compareChild(contract: string, place: string, before: unknown, now: unknown): readonly ContractChange[] {
  if (isSchema(before) && isSchema(now)) return compareSchemas(contract, place, before, now);
  return isDeepStrictEqual(before, now) ? [] : [change(contract, place, 'the items changed', true)];
}

const change = (contract: string, place: string, what: string, breaking: boolean): ContractChange => ({
  contract,
  place,
  what,
  breaking,
});

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function schemasIn(value: unknown): Readonly<Record<string, JsonSchema>> {
  return isSchema(value)
    ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1])))
    : {};
}

const namesIn = (value: unknown): ReadonlySet<unknown> => new Set(Array.isArray(value) ? value : []);
