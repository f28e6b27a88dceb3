import type { Progress, Trouble } from './progress.js';
import type { PlannedStep, SagaCause, SagaPlan } from './saga.js';

/** What a saga has to do next. */
export type Action =
  | { readonly do: 'step'; readonly step: PlannedStep }
  | { readonly do: 'compensate'; readonly step: PlannedStep; readonly cause: SagaCause }
  | { readonly do: 'tell-failed'; readonly cause: SagaCause }
  /** The saved saga and its present definition don't fit together. */
  | { readonly do: 'give-up'; readonly trouble: Trouble };

/** Reads what is due from what was saved; `plan` may be a later version of the definition that began the saga. */
export function nextAction(plan: SagaPlan, { status, state, step: due, done, cause }: Progress): Action {
  try {
    plan.checkState(state);
  } catch {
    return giveUp(`its saved state does not fit version ${plan.version} of ${plan.name}`);
  }
  if (status === 'running') {
    const step = plan.steps.find(({ name }) => name === due);
    return step === undefined ? giveUp(`version ${plan.version} of ${plan.name} has no step "${due ?? ''}"`) : { do: 'step', step };
  }
  if (cause === null) return giveUp('it is compensated without a cause');
  const last = done.at(-1);
  if (last === undefined) return { do: 'tell-failed', cause };
  const step = plan.steps.find(({ name }) => name === last);
  if (step === undefined) return giveUp(`version ${plan.version} of ${plan.name} has no step "${last}", which is to be compensated`);
  if (!step.kinds.includes('compensable')) return giveUp(`step "${last}" is to be compensated, which version ${plan.version} of ${plan.name} does not`);
  return { do: 'compensate', step, cause };
}

const giveUp = (detail: string): Action => ({ do: 'give-up', trouble: { type: 'definition-changed', detail } });
