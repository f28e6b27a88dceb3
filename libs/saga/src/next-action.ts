import type { Progress, Trouble } from './progress.js';
import type { PlannedStep, SagaCause, SagaPlan } from './saga.js';

/** What a saga has to do next. */
export type Action =
  | { readonly do: 'step'; readonly step: PlannedStep }
  | { readonly do: 'compensate'; readonly step: PlannedStep; readonly cause: SagaCause }
  | { readonly do: 'tell-failed'; readonly cause: SagaCause }
  /** The deadline has passed before `step` was done. */
  | { readonly do: 'turn-back'; readonly step: PlannedStep }
  /** The deadline has passed, and there is no way back. */
  | { readonly do: 'go-on-late' }
  /** The saved saga and its present definition don't fit together. */
  | { readonly do: 'give-up'; readonly trouble: Trouble };

/** What asks nobody: the saga alone decides it. */
export type Decision = Extract<Action, { do: 'turn-back' | 'go-on-late' | 'give-up' }>;

/** Reads what is due from what was saved; `plan` may be a later version of the definition that began the saga. */
export function nextAction(
  plan: SagaPlan,
  { status, state, step: due, done, cause }: Progress,
  remainingMs: number | null = null,
): Action {
  try {
    plan.checkState(state);
  } catch {
    return giveUp(`its saved state does not fit version ${plan.version} of ${plan.name}`);
  }
  if (status === 'running') {
    const step = plan.steps.find(({ name }) => name === due);
    if (step === undefined) return giveUp(`version ${plan.version} of ${plan.name} has no step "${due ?? ''}"`);
    if (remainingMs === null || remainingMs > 0) return { do: 'step', step };
    return step.kind === 'compensable' ? { do: 'turn-back', step } : { do: 'go-on-late' };
  }
  if (cause === null) return giveUp('it is compensated without a cause');
  const last = done.at(-1);
  if (last === undefined) return { do: 'tell-failed', cause };
  const step = plan.steps.find(({ name }) => name === last);
  if (step === undefined)
    return giveUp(`version ${plan.version} of ${plan.name} has no step "${last}", which is to be compensated`);
  if (!step.kinds.includes('compensable'))
    return giveUp(`step "${last}" is to be compensated, which version ${plan.version} of ${plan.name} does not`);
  return { do: 'compensate', step, cause };
}

const giveUp = (detail: string): Action => ({ do: 'give-up', trouble: { type: 'definition-changed', detail } });
