import type { AnyCommandClass, AnyQueryClass, JsonSchema, Principal } from '@isolith/contracts';

/** What becomes of a write that a model asks for: it is done, a person is asked first, or it is refused. */
export type Verdict = 'auto' | 'approve' | 'forbid';

/** What a policy may judge by. It is pure: the same call gets the same verdict, whenever it is judged. */
export interface PolicyCase<I> {
  /** The command as it would be sent. */
  readonly input: I;
  /** Whom the run acts for, with the roles of this moment. */
  readonly principal: Principal;
}

/** A verdict and, for people, why. */
export interface PolicyVerdict {
  readonly verdict: Verdict;
  readonly why: string;
}

/** Who has to agree to a write. One that throws, or answers anything else, has refused. */
export type WritePolicy<I = unknown> = (asked: PolicyCase<I>) => PolicyVerdict;

/** What MCP and people are told of a tool; all four are always said. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** The input of a message, checked: nothing else of it is left. */
export type ToolInput = Readonly<Record<string, unknown>>;

interface AnyTool<M> {
  /** `orders_get-order` of `orders.get-order`: letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly message: M;
  /** JSON Schema, draft 2020-12, of an object that has no other fields, without anyOf, oneOf and allOf at its top. */
  readonly inputSchema: JsonSchema;
  /** Of what models and people are shown: with the mask where something is personal. Absent where that is no object. */
  readonly outputSchema?: JsonSchema;
  readonly annotations: ToolAnnotations;
  /**
   * Its answers hold text that somebody else wrote: who has read one needs approval for writes that would be automatic.
   */
  readonly untrusted: boolean;
  /** A checked copy of what a model wrote. Throws ContractViolationError. */
  readonly read: (input: unknown) => ToolInput;
}

/** A query as a tool. */
export interface ReadTool extends AnyTool<AnyQueryClass> {
  readonly kind: 'read';
}

/** A command as a tool. What its functions are given is what `read` has returned. */
export interface WriteTool extends AnyTool<AnyCommandClass> {
  readonly kind: 'write';
  readonly policy: (asked: PolicyCase<ToolInput>) => PolicyVerdict;
  /** How often it may be called in one run. */
  readonly mostPerRun: number;
  /** The query that says what the command would do, where its context offers one. */
  readonly preview?: (input: ToolInput) => object;
  /** The command that undoes it, for whoever has to. */
  readonly undo?: (input: ToolInput) => object;
}

/** A contract as a model may use it: with a policy, and as the user whom the run acts for. */
export type Tool = ReadTool | WriteTool;
