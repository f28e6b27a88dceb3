import type { AnyContractClass, JsonSchema, Principal } from '@isolith/contracts';
import type { z } from 'zod';

/** What becomes of a write that a model asks for: it is done, a person is asked first, or it is refused. */
export type Verdict = 'auto' | 'approve' | 'forbid';

/** What a policy may judge by. It is pure: the same call gets the same verdict, whenever it is judged. */
export interface PolicyCase<I> {
  readonly input: I;
  /** Whom the run acts for, with the roles of this moment. */
  readonly principal: Principal;
}

/** Who has to agree to a write. It says a verdict and, for people, why. */
export type WritePolicy<I = unknown> = (asked: PolicyCase<I>) => { readonly verdict: Verdict; readonly why: string };

/** What MCP and people are told of a tool; all four are always said. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

interface AnyTool {
  /** `orders_get-order` of `orders.get-order`: letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly message: AnyContractClass;
  readonly input: z.ZodType;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations: ToolAnnotations;
  /** Its answers hold text that somebody else wrote: who has read one needs approval for writes that would be automatic. */
  readonly untrusted: boolean;
  /** Pointers to what of its answer is personal; a model sees the mask instead. */
  readonly personal: readonly string[];
}

/** A query as a tool. */
export interface ReadTool extends AnyTool {
  readonly kind: 'read';
}

/** A command as a tool. */
export interface WriteTool extends AnyTool {
  readonly kind: 'write';
  readonly policy: WritePolicy;
  /** How often it may be called in one run. */
  readonly mostPerRun: number;
  /** The query that says what the command would do, where its context offers one. */
  readonly preview?: (input: unknown) => object;
  /** The command that undoes it, for whoever has to. */
  readonly undo?: (input: unknown) => object;
}

/** A contract as a model may use it: with a policy, and as the user whom the run acts for. */
export type Tool = ReadTool | WriteTool;

/** What became of a call that was made. `unknown`: it may have had its effect. */
export type ToolOutcome =
  | { readonly outcome: 'done'; readonly output?: unknown }
  | { readonly outcome: 'failed'; readonly type: string; readonly detail: string }
  | { readonly outcome: 'unknown'; readonly detail: string };
