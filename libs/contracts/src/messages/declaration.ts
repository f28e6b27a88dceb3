import type { z } from 'zod';
import { foreignSchema } from '../schema/foreign-schema.js';
import { jsonUnsafePlaces } from '../schema/json-safe.js';
import { personalPaths } from '../schema/personal.js';
import { unboundedPlaces } from '../schema/unbounded.js';

/** A contract was declared that could not keep its promises. Thrown while the module is loaded. */
export class ContractDeclarationError extends Error {
  override readonly name = 'ContractDeclarationError';
}

/** Names that messages use themselves. */
const RESERVED = ['type', 'constructor', '__proto__'];

/**
 * Throws ContractDeclarationError unless the schema is of this zod, JSON-safe, quick to check whatever comes, and free
 * of personal data where that would be kept.
 */
export function requireDeclarable(
  name: string,
  schema: z.core.$ZodType,
  { mayBePersonal }: { mayBePersonal: boolean },
): void {
  const foreign = foreignSchema(schema);
  if (foreign !== undefined) throw new ContractDeclarationError(`${name}: ${foreign}`);
  const unsafe = jsonUnsafePlaces(schema);
  if (unsafe.length > 0) throw new ContractDeclarationError(`${name}: not JSON-safe at ${unsafe.join(', ')}`);
  const unbounded = unboundedPlaces(schema);
  if (unbounded.length > 0) {
    throw new ContractDeclarationError(
      `${name}: no bound at ${unbounded.join(', ')}; a string with a pattern, a format or a function needs a max(), which is checked first`,
    );
  }
  const kept = mayBePersonal ? [] : personalPaths(schema);
  if (kept.length > 0) {
    throw new ContractDeclarationError(
      `${name}: personal data at ${kept.join(', ')} would be kept (events, failures and command outputs are stored)`,
    );
  }
}

/** Throws ContractDeclarationError when a field's name is one that every message has. */
export function requireFreeNames(name: string, schema: z.ZodObject): void {
  const taken = RESERVED.filter((field) => Object.hasOwn(schema.shape, field));
  if (taken.length > 0) throw new ContractDeclarationError(`${name}: the field name ${taken.join(', ')} is reserved`);
}
