import fc from 'fast-check';
import { z } from 'zod';
import type { AnyContractClass } from '../messages/contracts-in.js';
import { compileCopy } from '../schema/copy.js';
import { ContractViolationError } from '../errors/errors.js';
import { definitionOf, walkSchema } from '../schema/schema-walk.js';
import { arbitraryOf } from './arbitrary.js';
import { hostileTexts } from './hostile-text.js';

/** How `checkHostileInput` tries contracts, and what it allows. */
export interface HostileOptions {
  /** Characters of one hostile text, entries of one hostile list: as much as a body may bring. 65,000 when absent. */
  readonly size?: number;
  /** Milliseconds of processor time that one check may take: so long the process stands still. 50 when absent. */
  readonly withinMs?: number;
  /** Of the values that texts begin with. */
  readonly seed?: number;
}

/** As much as a body may bring. */
const SIZE = 65_000;

interface HostileValue {
  readonly what: string;
  readonly value: unknown;
}

/** A check that took too long, or that ended in something else than acceptance or ContractViolationError. */
export class HostileInputError extends Error {
  override readonly name = 'HostileInputError';
}

/**
 * What every contract owes whoever is sent a message: whatever comes, in any of its strings, lists and objects, is
 * accepted or refused within a bound of time, for sender and reader alike; and a string that is no text (half of a
 * surrogate pair, U+0000) is refused. A part that several contracts share is looked
 * at once. Throws HostileInputError with the place.
 */
export function checkHostileInput(contracts: readonly AnyContractClass[], options: HostileOptions = {}): void {
  const seen = new Set<z.core.$ZodType>();
  const shapes = hostileShapes(options.size ?? SIZE);
  for (const { contract } of contracts) {
    for (const schema of schemasOf(contract)) {
      for (const { schema: node, path } of walkSchema(schema, '', seen))
        checkNode(node, `${contract.name} at ${path || '/'}`, shapes, options);
    }
  }
}

function schemasOf(contract: AnyContractClass['contract']): readonly z.ZodType[] {
  if (contract.kind === 'failure') return [contract.data];
  return contract.kind === 'event' || contract.output === undefined
    ? [contract.input]
    : [contract.input, contract.output];
}

function checkNode(
  node: z.core.$ZodType,
  where: string,
  shapes: readonly HostileValue[],
  { size = SIZE, withinMs = 50, seed = 1 }: HostileOptions,
): void {
  // In an object, as it is checked in a message.
  const field = z.object({ value: z.custom<z.ZodType>().parse(node) });
  const checks = (['strict', 'lenient'] as const).map((strictness) => compileCopy(where, field, strictness));
  for (const { what, value } of [...hostileStrings(node, size, seed), ...shapes])
    for (const copy of checks) within(withinMs, `${where}: ${what}`, () => void copy({ value }));
  for (const value of definitionOf(node).type === 'string' ? NO_TEXT : [])
    for (const copy of checks) mustRefuse(`${where}: ${JSON.stringify(value)}`, () => void copy({ value }));
}

function* hostileStrings(node: z.core.$ZodType, size: number, seed: number): Generator<HostileValue> {
  if (definitionOf(node).type !== 'string') return;
  const beginnings = fc.sample(arbitraryOf(node), { seed, numRuns: 1 }).map(String);
  for (const { what, text } of hostileTexts(size, beginnings)) yield { what, value: text };
}

const hostileShapes = (size: number): readonly HostileValue[] => [
  { what: `nested ${size / 2} deep`, value: JSON.parse('['.repeat(size / 2) + ']'.repeat(size / 2)) },
  { what: 'unknown fields', value: Object.fromEntries(Array.from({ length: size / 8 }, (_, n) => [`f${n}`, n])) },
  ...[null, '', {}, 'a'].map((entry) => ({
    what: `a list of ${size / 4} × ${JSON.stringify(entry)}`,
    value: Array<unknown>(size / 4).fill(entry),
  })),
];

const NO_TEXT = ['\ud83d', '\ude00', 'name\ud800', 'name\0'];

function mustRefuse(what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof ContractViolationError) return;
    throw new HostileInputError(what, { cause: error });
  }
  throw new HostileInputError(`${what} is accepted`);
}

/** Of three tries the fastest counts: the first is compiled on the way, and another may meet the garbage collector. */
function within(limitMs: number, what: string, work: () => void): void {
  let ms = Infinity;
  for (let tries = 0; tries < 3 && ms > limitMs; tries += 1) {
    const before = process.threadCpuUsage();
    try {
      work();
    } catch (error) {
      if (!(error instanceof ContractViolationError)) throw new HostileInputError(what, { cause: error });
    }
    const { user, system } = process.threadCpuUsage(before);
    ms = (user + system) / 1_000;
  }
  if (ms > limitMs) throw new HostileInputError(`${what}: took ${Math.round(ms)} ms, may take ${limitMs}`);
}
