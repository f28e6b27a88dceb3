import { deepStrictEqual, notStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { z } from 'zod';
import { compileCopy } from '../schema/copy.js';
import type { AnyContractClass } from '../messages/contracts-in.js';
import { arbitraryOf } from './arbitrary.js';

/** How `checkContractLaws` tries contracts. */
export interface LawOptions {
  /** Printed by fast-check with a counterexample; pass it again to repeat the run. */
  readonly seed?: number;
  readonly runs?: number;
}

/**
 * What every contract owes, whatever it declares: the copy that the bus hands on in process is exactly what would have
 * arrived as JSON, it shares nothing with the original, and copying the copy changes nothing. Throws with seed and
 * counterexample when one is broken.
 */
export function checkContractLaws({ contract }: AnyContractClass, { seed, runs = 25 }: LawOptions = {}): void {
  const schemas: readonly z.ZodType[] =
    contract.kind === 'failure'
      ? [contract.data]
      : contract.kind === 'event' || contract.output === undefined
        ? [contract.input]
        : [contract.input, contract.output];
  for (const schema of schemas) {
    const copy = compileCopy(contract.name, schema, 'strict');
    const law = fc.property(arbitraryOf(schema), (value) => {
      const copied = copy(value);
      deepStrictEqual(copied, copy(JSON.parse(JSON.stringify(value))), 'copy and JSON round trip differ');
      deepStrictEqual(copied, JSON.parse(JSON.stringify(copied)), 'the copy is not JSON');
      deepStrictEqual(copy(copied), copied, 'the copy of the copy differs');
      requireNothingShared(value, copied, '');
    });
    fc.assert(law, { numRuns: runs, includeErrorInReport: true, ...(seed === undefined ? {} : { seed }) });
  }
}

function requireNothingShared(original: unknown, copy: unknown, path: string): void {
  if (typeof original !== 'object' || original === null || typeof copy !== 'object' || copy === null) return;
  notStrictEqual(copy, original, `copy and original share ${path || '/'}`);
  for (const [key, value] of Object.entries(original))
    requireNothingShared(value, Reflect.get(copy, key), `${path}/${key}`);
}
