import type { AnyEventClass, AnyFailureClass } from '@isolith/contracts';
import type { Command } from '@nestjs/cqrs';
import type { StepRetry } from './retry.js';
import { wait, waitFor, type DeclaredWait, type WaitForSpec, type WaitSpec } from './wait.js';

type Invocation<S, R> = (state: S) => Command<R> | Promise<Command<R>>;

interface StepBase<S, R> {
  /** Lower-case-with-dashes, unique in its saga. Part of the ids of the step's commands: renaming it is a new step. */
  readonly name: string;
  /**
   * Whether the saga takes this step at all, by the state as it is when it comes to it; absent: always. One that is
   * passed over sends nothing, adds nothing and is never undone. Asked once, so it may not depend on anything else.
   */
  readonly when?: (state: S) => boolean;
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

/** What `step()` is told: what to ask, and what undoes it; or `pivot`, or `retriable`. */
export type StepSpec<S, R> = StepBase<S, R> & StepKind<S>;

/** Sends a command and waits for its reply. */
export type Execute = <R>(command: Command<R>) => Promise<R>;

/** A `wait` sends nothing and has nothing to undo; it may stand anywhere. */
export type Kind = 'compensable' | 'pivot' | 'retriable' | 'wait';

/** The latest state with what a reply adds to it. */
export type Extension<S> = (latest: S) => S;

/** A step over the state `S`; the type of its reply is sealed inside `run` and `ask`. */
export interface Step<S> {
  readonly name: string;
  readonly when: ((state: S) => boolean) | undefined;
  /** More or less than one when the declaration is wrong; verification reports it. */
  readonly kinds: readonly Kind[];
  readonly timeoutMs: number | undefined;
  readonly retry: Partial<StepRetry>;
  readonly compensateAfter: readonly AnyFailureClass[];
  /** Of a step that waits; it invokes nothing. */
  readonly wait?: DeclaredWait<S>;
  /** Invokes the step; resolves with the extended state. */
  run(state: S, execute: Execute): Promise<S>;
  /** Invokes the step; what its reply adds is left to be added, to the state as it is by then. */
  ask(state: S, execute: Execute): Promise<Extension<S>>;
  compensate(state: S, execute: Execute): Promise<void>;
}

/** `step()` for the state of one saga, and the steps that wait. */
export interface StepBuilder<S> {
  <R>(spec: StepSpec<S, R>): Step<S>;
  /** A step that is over at a time: durable, by the database's clock. */
  wait(spec: WaitSpec<S>): Step<S>;
  /** A step that is done by an event of any context. */
  waitFor<E extends AnyEventClass>(spec: WaitForSpec<S, E>): Step<S>;
}

function sending<S, R>(spec: StepSpec<S, R>): Step<S> {
  return {
    name: spec.name,
    when: spec.when,
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
    ask: async (state, execute) => {
      const reply = await execute(await spec.invoke(state));
      return (latest) => (spec.extend === undefined ? latest : spec.extend(latest, reply));
    },
    compensate: async (state, execute) => {
      if (spec.compensate === undefined) throw new Error(`step ${spec.name} has no compensation`);
      await execute(await spec.compensate(state));
    },
  };
}

/** Nothing but reminders is sent, and there is nothing to undo. */
const waitStep = <S>({ name, when }: Pick<WaitSpec<S>, 'name' | 'when'>, declared: DeclaredWait<S>): Step<S> => ({
  name,
  when,
  kinds: ['wait'],
  timeoutMs: undefined,
  retry: {},
  compensateAfter: [],
  wait: declared,
  run: async (state) => state,
  ask: async () => (latest) => latest,
  compensate: async () => undefined,
});

/**
 * Declares a step; the reply's type is inferred from the command that `invoke` returns. A saga hands it to its `steps`,
 * with
 * the type of its state; a step that stands apart says it at a parameter, `step({ invoke: (state: State) => … })`.
 */
export const step = Object.assign(sending, {
  wait: <S>(spec: WaitSpec<S>): Step<S> => waitStep(spec, wait(spec)),
  waitFor: <S, E extends AnyEventClass>(spec: WaitForSpec<S, E>): Step<S> => waitStep(spec, waitFor(spec)),
});
