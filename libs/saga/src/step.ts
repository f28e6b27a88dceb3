import type { AnyFailureClass } from '@isolith/contracts';
import type { Command } from '@nestjs/cqrs';
import type { StepRetry } from './retry.js';

type Invocation<S, R> = (state: S) => Command<R> | Promise<Command<R>>;

interface StepBase<S, R> {
  /** Lower-case-with-dashes, unique in its saga. Part of the ids of the step's commands: renaming it is a new step. */
  readonly name: string;
  /**
   * The command of this step. It is asked for again at each attempt and must yield the same input each time, because
   * all attempts share one command id. It may read its own context's data; it must not write.
   */
  readonly invoke: Invocation<S, R>;
  /** The state with what the reply adds to it. */
  readonly extend?: (state: S, reply: R) => S;
  /** Milliseconds that one attempt waits for its answer; the bus' own default when absent. */
  readonly timeoutMs?: number;
  readonly retry?: Partial<StepRetry>;
}

/** What becomes of the step when the saga can't go on. Exactly one of the three. */
type StepKind<S> =
  | {
      /** The command that undoes the step. It may come without the step having run, and must be idempotent. */
      readonly compensate: Invocation<S, unknown>;
      /** Failures of the step that may leave an effect behind: after them the step itself is compensated too. */
      readonly compensateAfter?: readonly AnyFailureClass[];
      readonly pivot?: never;
      readonly retriable?: never;
    }
  /** Decides: when it succeeds the saga goes on to its end, when it fails everything before it is compensated. */
  | { readonly pivot: true; readonly compensate?: never; readonly retriable?: never; readonly compensateAfter?: never }
  /** Never undone: it is repeated until it succeeds; one that meets nothing but defects waits for a person. */
  | { readonly retriable: true; readonly compensate?: never; readonly pivot?: never; readonly compensateAfter?: never };

export type StepSpec<S, R> = StepBase<S, R> & StepKind<S>;

/** Sends a command and waits for its reply. */
export type Execute = <R>(command: Command<R>) => Promise<R>;

export type Kind = 'compensable' | 'pivot' | 'retriable';

/** A step over the state `S`; the type of its reply is sealed inside `run`. */
export interface Step<S> {
  readonly name: string;
  /** More or less than one when the declaration is wrong; verification reports it. */
  readonly kinds: readonly Kind[];
  readonly timeoutMs: number | undefined;
  readonly retry: Partial<StepRetry>;
  readonly compensateAfter: readonly AnyFailureClass[];
  /** Invokes the step; resolves with the extended state. */
  run(state: S, execute: Execute): Promise<S>;
  compensate(state: S, execute: Execute): Promise<void>;
}

export type StepBuilder<S> = <R>(spec: StepSpec<S, R>) => Step<S>;

/**
 * Declares a step; the reply's type is inferred from the command that `invoke` returns. A saga hands it to its `steps`,
 * with
 * the type of its state; a step that stands apart says it at a parameter, `step({ invoke: (state: State) => … })`.
 */
export function step<S, R>(spec: StepSpec<S, R>): Step<S> {
  return {
    name: spec.name,
    kinds: [
      ...(spec.compensate === undefined ? [] : ['compensable' as const]),
      ...(spec.pivot === true ? ['pivot' as const] : []),
      ...(spec.retriable === true ? ['retriable' as const] : []),
    ],
    timeoutMs: spec.timeoutMs,
    retry: spec.retry ?? {},
    compensateAfter: spec.compensateAfter ?? [],
    run: async (state, execute) => {
      const reply = await execute(await spec.invoke(state));
      return spec.extend === undefined ? state : spec.extend(state, reply);
    },
    compensate: async (state, execute) => {
      if (spec.compensate === undefined) throw new Error(`step ${spec.name} has no compensation`);
      await execute(await spec.compensate(state));
    },
  };
}
