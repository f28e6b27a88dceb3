import { upcast, type MessageName, type Upcaster } from '@isolith/contracts';
import type { Command } from '@nestjs/cqrs';
import type { z } from 'zod';
import { isGroup, type StepGroup } from './group.js';
import { plannedWait, type PlannedWait } from './planned-wait.js';
import { DEFAULT_RETRY, type StepRetry } from './retry.js';
import { stateSchema, type StateSchema } from './saga-state.js';
import { step, type Execute, type Extension, type Kind, type Step, type StepBuilder } from './step.js';

/** Why a saga turned back: the step, the label of its failure or the code of its error, and a sentence. */
export interface SagaCause {
  readonly step: string;
  readonly type: string;
  readonly detail: string;
}

/** What a saga is, as data: its name, its state, its steps and its end. */
export interface SagaDefinition<S extends z.ZodObject> {
  /** `context.process`, e.g. `orders.checkout`. */
  readonly name: MessageName;
  /**
   * Of the declaration; raise it with each change. A saga follows the version that began it; hosts without that version
   * leave it alone.
   */
  readonly version?: number;
  /** Definitions of lower versions: sagas that they began finish on them. New ones begin on this one. */
  readonly former?: readonly { readonly plan: SagaPlan }[];
  /**
   * For lower versions whose sagas move on to this one instead, with the step that is due: a chain without gaps that
   * ends at this version. What the last of them makes is checked by `state`.
   */
  readonly upcasters?: readonly Upcaster[];
  /**
   * Milliseconds from the begin, at most ten years, by the database's clock. A saga whose compensable steps are not
   * done by then turns back; one that has come to its pivot, or has none left to undo, goes on. Absent: it takes as
   * long as it takes.
   */
  readonly deadlineMs?: number;
  /** Saved with each transition: JSON-safe, no personal data. */
  readonly state: S;
  /**
   * Compensable steps, then at most one pivot, then retriable steps; steps that wait anywhere. `step` knows the type of
   * the state; `all()` runs some side by side.
   */
  readonly steps: (step: StepBuilder<z.output<S>>) => readonly (Step<z.output<S>> | StepGroup<z.output<S>>)[];
  /** The command that is told once everything is undone; repeated like a retriable step. */
  readonly failed?: (state: z.output<S>, cause: SagaCause) => Command<unknown> | Promise<Command<unknown>>;
}

/** A step as the engine runs it: over the saved state, whose type was checked when it was saved. */
export interface PlannedStep {
  readonly name: string;
  /** The group that it belongs to. */
  readonly group: string | undefined;
  /**
   * Whether a saga with this state takes the step; absent: always. Throws what the saga's own code throws, and a
   * TypeError when that yields no boolean.
   */
  readonly when: ((state: unknown) => boolean) | undefined;
  readonly kind: Kind;
  readonly kinds: readonly Kind[];
  readonly timeoutMs: number | undefined;
  readonly retry: StepRetry;
  /** Whether the failure of this name may leave an effect behind. */
  readonly leavesEffect: (failure: string) => boolean;
  /** Of a step that waits. */
  readonly wait: PlannedWait | undefined;
  /** Resolves with the extended state, checked and copied. */
  readonly run: (state: unknown, execute: Execute) => Promise<unknown>;
  /** Resolves with what extends the latest state, checked and copied. */
  readonly ask: (state: unknown, execute: Execute) => Promise<Extension<unknown>>;
  readonly compensate: (state: unknown, execute: Execute) => Promise<void>;
}

/** A group as it was declared. */
export interface PlannedGroup {
  readonly name: string;
  readonly steps: readonly PlannedStep[];
}

/** A saga as the engine runs it. */
export interface SagaPlan {
  readonly name: MessageName;
  readonly version: number;
  readonly former: readonly SagaPlan[];
  readonly upcasters: readonly Upcaster[];
  readonly deadlineMs: number | undefined;
  /** Those of a group follow one another. */
  readonly steps: readonly PlannedStep[];
  readonly groups: readonly PlannedGroup[];
  readonly state: z.ZodObject;
  /** Why the state's schema can't be one; empty when it can. */
  readonly stateViolations: readonly string[];
  /** Throws ContractViolationError unless a saved state fits the present schema. */
  readonly checkState: (state: unknown) => void;
  /**
   * The state of a saga of a lower version as one of this, checked and copied. Throws what an upcaster throws, or
   * ContractViolationError.
   */
  readonly upcast: (state: unknown, from: number) => unknown;
  readonly failed: ((state: unknown, cause: SagaCause, execute: Execute) => Promise<void>) | undefined;
}

/** A declared saga whose state is `S`. */
export interface Saga<S> {
  readonly plan: SagaPlan;
  /** The state as it is saved. Throws ContractViolationError. */
  readonly copyState: (state: S) => unknown;
}

/** Declares a saga. Nothing is refused here: a host names everything that is wrong with all its sagas at once. */
export function saga<S extends z.ZodObject>(definition: SagaDefinition<S>): Saga<z.output<S>> {
  const { name, version = 1, former = [], upcasters = [], deadlineMs, state: schema, steps, failed } = definition;
  const { violations, copy } = stateSchema(name, schema);
  const declared = steps(step).map((each) => {
    const group = isGroup(each) ? each.name : undefined;
    return { group, steps: (isGroup(each) ? each.steps : [each]).map((one) => planned(schema, copy, one, group)) };
  });
  const plan: SagaPlan = {
    name,
    version,
    former: former.map(({ plan: each }) => each),
    upcasters,
    deadlineMs,
    steps: declared.flatMap((each) => each.steps),
    groups: declared.flatMap((each) => (each.group === undefined ? [] : [{ name: each.group, steps: each.steps }])),
    state: schema,
    stateViolations: violations,
    checkState: (state) => void schema.parse(state),
    upcast: (state, from) => copy(upcast(upcasters, state, from, version)),
    failed:
      failed === undefined
        ? undefined
        : async (state, cause, execute) => void (await execute(await failed(schema.parse(state), cause))),
  };
  return { plan, copyState: copy };
}

/** The saved state is parsed into each call: a step can't change what is saved by changing what it was given. */
function planned<S extends z.ZodObject>(
  schema: S,
  copy: StateSchema['copy'],
  declared: Step<z.output<S>>,
  group: string | undefined,
): PlannedStep {
  const risky = new Set<string>(declared.compensateAfter.map(({ contract }) => contract.name));
  return {
    name: declared.name,
    group,
    when: declared.when && taken(schema, declared.name, declared.when),
    kind: declared.kinds[0] ?? 'compensable',
    kinds: declared.kinds,
    timeoutMs: declared.timeoutMs,
    retry: { ...DEFAULT_RETRY, ...declared.retry },
    leavesEffect: (failure) => risky.has(failure),
    wait: declared.wait && plannedWait(schema, copy, declared.wait),
    run: async (state, execute) => copy(await declared.run(schema.parse(state), execute)),
    ask: async (state, execute) => {
      const extend = await declared.ask(schema.parse(state), execute);
      return (latest) => copy(extend(schema.parse(latest)));
    },
    compensate: (state, execute) => declared.compensate(schema.parse(state), execute),
  };
}

function taken<S extends z.ZodObject>(
  schema: S,
  name: string,
  when: (state: z.output<S>) => boolean,
): (state: unknown) => boolean {
  return (state) => {
    // Whoever has no compiler may yield anything.
    const answer: unknown = when(schema.parse(state));
    if (typeof answer !== 'boolean') throw new TypeError(`when() of step ${name} has to yield true or false`);
    return answer;
  };
}
