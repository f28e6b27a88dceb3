import { failure, personalPaths, tellable, type MessageName } from '@isolith/contracts';
import type { z } from 'zod';

/** Copies and checks what is saved; `violations` says why the schema can't be a saga's state. */
export interface StateSchema {
  readonly violations: readonly string[];
  /** Strict: a field that the schema does not name is an error. Throws ContractViolationError. */
  readonly copy: (state: unknown) => unknown;
}

/**
 * A saga's state is kept like the data of a failure, so the declaration checks of that hold for it: JSON-safe, no
 * personal data. Declared here under the saga's name, it brings its copying parser with it.
 */
export function stateSchema(saga: MessageName, schema: z.ZodObject): StateSchema {
  try {
    const { copy } = failure(saga, { data: schema, status: 500, detail: '' }).contract;
    return { violations: [], copy };
  } catch (refusal) {
    const kept = personalPaths(schema);
    const personal = kept.length === 0 ? [] : [`state: personal data at ${kept.join(', ')} would be kept`];
    const cause = tellable(refusal);
    const reason = cause.message;
    // The first sentence of the declaration names its first problem only; personal data is one of its own.
    const unsafe = reason.includes('personal data') ? [] : [reason.replace(`${saga}: `, 'state: ')];
    return { violations: [...unsafe, ...personal], copy: () => notDeclared(saga, cause) };
  }
}

/** A host with such a saga does not start; this is for whoever uses the saga without one. */
function notDeclared(saga: MessageName, cause: Error): never {
  throw new Error(`saga ${saga} is not well declared: ${cause.message}`, { cause });
}
