import type { Command } from '@nestjs/cqrs';
import type { PlannedStep, SagaCause, SagaPlan } from '../../definition/saga.js';
import type { PlannedWait } from '../../definition/planned-wait.js';
import type { Execute } from '../../definition/step.js';
import type { Purpose } from './purpose.js';

/** Is told what a saga's own code is asked for. */
export interface PlanObserver {
  /** This command is for this. */
  readonly made: (command: object, purpose: Purpose) => void;
  readonly extended: (purpose: Purpose, state: unknown) => void;
  /** Which reminder it is that is asked for now. */
  readonly nthReminder: () => number;
  readonly told: (cause: SagaCause) => void;
}

/** The same plan, watched from inside: whatever runs it, what a command is for is known from the step that made it. */
export function observedPlan(plan: SagaPlan, observer: PlanObserver): SagaPlan {
  const { failed } = plan;
  return {
    ...plan,
    steps: plan.steps.map((step) => observedStep(step, observer)),
    failed:
      failed === undefined
        ? undefined
        : (state, cause, execute) => {
            observer.told(cause);
            return failed(state, cause, noting(observer, { kind: 'failed' }, execute));
          },
  };
}

const observedStep = (step: PlannedStep, observer: PlanObserver): PlannedStep => ({
  ...step,
  wait: step.wait && observedWait(step.name, step.wait, observer),
  run: async (state, execute) => {
    const purpose: Purpose = { kind: 'step', step: step.name };
    const extended = await step.run(state, noting(observer, purpose, execute));
    observer.extended(purpose, extended);
    return extended;
  },
  ask: async (state, execute) => {
    const purpose: Purpose = { kind: 'step', step: step.name };
    const extend = await step.ask(state, noting(observer, purpose, execute));
    return (latest) => {
      const extended = extend(latest);
      observer.extended(purpose, extended);
      return extended;
    };
  },
  compensate: (state, execute) =>
    step.compensate(state, noting(observer, { kind: 'compensation', step: step.name }, execute)),
});

function observedWait(step: string, wait: PlannedWait, observer: PlanObserver): PlannedWait {
  const { event } = wait;
  if (event === undefined) return wait;
  const { remind } = event;
  const extend: typeof event.extend = (state, signal) => {
    const extended = event.extend(state, signal);
    observer.extended({ kind: 'step', step }, extended);
    return extended;
  };
  const send = (state: unknown, execute: Execute): Promise<void> | undefined =>
    remind?.send(state, noting(observer, { kind: 'reminder', step, nth: observer.nthReminder() }, execute));
  return { ...wait, event: { ...event, extend, remind: remind && { ...remind, send: async (...of) => send(...of) } } };
}

const noting =
  ({ made }: PlanObserver, purpose: Purpose, execute: Execute): Execute =>
  <R>(command: Command<R>) => {
    made(command, purpose);
    return execute(command);
  };
