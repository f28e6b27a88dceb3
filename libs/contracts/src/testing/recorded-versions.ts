import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import type { FormerVersion, RecordedContract } from '../compatibility/recorded.js';
import type { JsonSchema } from '../compatibility/describe.js';
import { ContractViolationError } from '../errors/errors.js';
import { tellable } from '../errors/tellable.js';
import type { AnyContractClass } from '../messages/contracts-in.js';
import { arbitraryOf } from './arbitrary.js';
import type { LawOptions } from './contract-laws.js';

/** Data of a version that was recorded can't be read any more. */
export class UnreadableVersionError extends Error {
  override readonly name = 'UnreadableVersionError';
}

/**
 * Holds events to what a golden file says of them: whatever was recorded in a version that the file has, the upcasters
 * of the contract make what fits today, and leave as it is what they are given. Tried with random data of those
 * versions. Throws UnreadableVersionError for the first one that can't be read, with why, the data and the seed.
 */
export function checkRecordedVersions(
  classes: readonly AnyContractClass[],
  recorded: readonly RecordedContract[],
  options: LawOptions = {},
): void {
  const known = new Map(recorded.map((each) => [each.name, each]));
  for (const { contract } of classes) {
    const found = contract.kind === 'event' ? known.get(contract.name) : undefined;
    if (contract.kind !== 'event' || found === undefined) continue;
    for (const former of [...(found.former ?? []), found].filter(({ version }) => version < contract.version))
      checkVersion(contract.name, former, (data) => contract.readStored(data, former.version), options);
  }
}

/**
 * Holds `read` to data of one former version, given as a JSON Schema: it takes all of it, and changes none. Throws
 * UnreadableVersionError, as `checkRecordedVersions` does.
 */
export function checkVersion(
  name: string,
  { version, input }: FormerVersion,
  read: (data: unknown) => unknown,
  { seed, runs = 100 }: LawOptions = {},
): void {
  const law = fc.property(arbitraryOf(z.fromJSONSchema(generatable(input))), (data) => {
    const [given, before] = [structuredClone(data), structuredClone(data)];
    read(given);
    // A delivery that comes again, and a fold that is made anew, read the same object.
    if (!isDeepStrictEqual(given, before)) throw new Error('reading it changed the data that was given');
  });
  const {
    failed,
    counterexample,
    errorInstance,
    seed: used,
  } = fc.check(law, {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed }),
  });
  if (!failed) return;
  throw new UnreadableVersionError(
    `${name}: what version ${version} recorded can't be read: ${whyNot(name, errorInstance)}; ` +
      `with ${JSON.stringify(counterexample?.[0])} (seed ${used})`,
    { cause: errorInstance },
  );
}

const whyNot = (name: string, thrown: unknown): string =>
  thrown instanceof z.core.$ZodError ? ContractViolationError.of(name, thrown).message : tellable(thrown).message;

/** Without what says the same in other words: of a format, zod writes the pattern too. */
function generatable(schema: JsonSchema): JsonSchema {
  const without = ({ pattern, propertyNames: _, ...rest }: JsonSchema): JsonSchema =>
    pattern === undefined || 'format' in rest ? rest : { ...rest, pattern };
  return Object.fromEntries(
    Object.entries(without(schema)).map(([keyword, value]) => [keyword, nested(keyword, value)]),
  );
}

/** `properties` are schemas by the names of fields, which are no keywords. */
function nested(keyword: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => (isSchema(each) ? generatable(each) : each));
  if (!isSchema(value)) return value;
  return keyword === 'properties'
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, nested('', each)]))
    : generatable(value);
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
