import * as z from 'zod/mini';

/** An ISO 8601 moment. */
export const moment = z.string();
export const trouble = z.object({ type: z.string(), detail: z.string() });
export type Trouble = z.infer<typeof trouble>;

/** A context that gave no answer, and why. */
export const unreachable = z.object({ context: z.string(), reason: z.string() });
export type Unreachable = z.infer<typeof unreachable>;

/** A page of a list over all contexts. */
export const pageOf = <T extends z.ZodMiniType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.optional(z.string()),
    unreachable: z._default(z.array(unreachable), []),
  });

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string | undefined;
  readonly unreachable: readonly Unreachable[];
}

/** JSON Schema, which is read where it is used. */
export const jsonSchema = z.record(z.string(), z.unknown());
/** An answer that is only waited for. */
export const anything = z.unknown();
