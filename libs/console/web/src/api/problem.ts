import * as z from 'zod/mini';

/** A place in what was sent, as a JSON pointer, and what is wrong there. */
export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}

export const problemBody = z.object({
  type: z.string(),
  status: z.number(),
  detail: z.string(),
  errors: z.optional(z.array(z.object({ pointer: z.string(), detail: z.string() }))),
});

/** A host has refused, and says why. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    detail: string,
    readonly errors: readonly FieldProblem[] = [],
  ) {
    super(detail);
  }
}

/** No answer came. */
export class NoAnswer extends Error {
  constructor() {
    super('The host gave no answer. Is it there, and is this browser online?');
  }
}

/** An answer came that is not what these pages know: of another version, or of somebody else. */
export class UnreadableAnswer extends Error {
  constructor(path: string, why: string) {
    super(`The answer of ${path} is not what this console knows: ${why}`);
  }
}

/** What is said of it to whoever looks. */
export const told = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : 'Something went wrong.');
