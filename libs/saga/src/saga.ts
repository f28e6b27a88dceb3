import type { MessageName } from '@isolith/contracts';
import type { Command } from '@nestjs/cqrs';
import type { z } from 'zod';
import { DEFAULT_RETRY, type StepRetry } from './retry.js';
import { stateSchema, type StateSchema } from './saga-state.js';
import { step, type Execute, type Kind, type Step, type StepBuilder } from './step.js';

/** Why a saga turned back: the step, the label of its failure or the code of its error, and a sentence. */
export interface SagaCause {
  readonly step: string;
  readonly type: string;
  readonly detail: string;
}

export interface SagaDefinition<S extends z.ZodObject> {
  /** `context.process`, e.g. `orders.checkout`. */
  readonly name: MessageName;
  /** Of the declaration; raise it with each change. Hosts with a lower one leave sagas alone that a higher one has moved. */
  readonly version?: number;
  /**
   * Milliseconds from the begin, by the database's clock. A saga whose compensable steps are not done by then turns
   * back; one that has come to its pivot, or has none left to undo, goes on. Absent: it takes as long as it takes.
   */
  readonly deadlineMs?: number;
  /** Saved with each transition: JSON-safe, no personal data. */
  readonly state: S;
  /** Compensable steps, then at most one pivot, then retriable steps. `step` knows the type of the state. */
  readonly steps: (step: StepBuilder<z.output<S>>) => readonly Step<z.output<S>>[];
  /** The command that is told once everything is undone; repeated like a retriable step. */
  readonly failed?: (state: z.output<S>, cause: SagaCause) => Command<unknown> | Promise<Command<unknown>>;
}

/** A step as the engine runs it: over the saved state, whose type was checked when it was saved. */
export interface PlannedStep {
  readonly name: string;
  readonly kind: Kind;
  readonly kinds: readonly Kind[];
  readonly timeoutMs: number | undefined;
  readonly retry: StepRetry;
  /** Whether the failure of this name may leave an effect behind. */
  readonly leavesEffect: (failure: string) => boolean;
  /** Resolves with the extended state, checked and copied. */
  readonly run: (state: unknown, execute: Execute) => Promise<unknown>;
  readonly compensate: (state: unknown, execute: Execute) => Promise<void>;
}

/** A saga as the engine runs it. */
export interface SagaPlan {
  readonly name: MessageName;
  readonly version: number;
  readonly deadlineMs: number | undefined;
  readonly steps: readonly PlannedStep[];
  /** Why the state's schema can't be one; empty when it can. */
  readonly stateViolations: readonly string[];
  /** Throws ContractViolationError unless a saved state fits the present schema. */
  readonly checkState: (state: unknown) => void;
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
  const { name, version = 1, deadlineMs, state: schema, steps, failed } = definition;
  const { violations, copy } = stateSchema(name, schema);
  const plan: SagaPlan = {
    name,
    version,
    deadlineMs,
    steps: steps(step).map((declared) => planned(schema, copy, declared)),
    stateViolations: violations,
    checkState: (state) => void schema.parse(state),
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
): PlannedStep {
  const risky = new Set<string>(declared.compensateAfter.map(({ contract }) => contract.name));
  return {
    name: declared.name,
    kind: declared.kinds[0] ?? 'compensable',
    kinds: declared.kinds,
    timeoutMs: declared.timeoutMs,
    retry: { ...DEFAULT_RETRY, ...declared.retry },
    leavesEffect: (failure) => risky.has(failure),
    run: async (state, execute) => copy(await declared.run(schema.parse(state), execute)),
    compensate: (state, execute) => declared.compensate(schema.parse(state), execute),
  };
}
