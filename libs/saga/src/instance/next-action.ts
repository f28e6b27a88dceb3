import type { Progress, Trouble } from './progress.js';
import { dueName } from '../definition/group.js';
import type { PlannedWait } from '../definition/planned-wait.js';
import type { PlannedStep, SagaCause, SagaPlan } from '../definition/saga.js';
import type { Execute } from '../definition/step.js';
import { hasWayBack } from '../definition/way-back.js';

/** One reminder, counted from 1. */
export interface Reminding {
  readonly nth: number;
  readonly send: (state: unknown, execute: Execute) => Promise<void>;
}

/** Steps that are to be asked for side by side. */
export interface GroupAction {
  readonly do: 'group';
  readonly group: string;
  /** Those that are not done yet; none when a definition has changed since. */
  readonly steps: readonly PlannedStep[];
}

/** What a saga has to do next. */
export type Action =
  | GroupAction
  | { readonly do: 'step'; readonly step: PlannedStep }
  /** A step that waits: it begins to, goes on to, or is over. */
  | { readonly do: 'wait'; readonly step: PlannedStep; readonly wait: PlannedWait }
  /** A reminder of it is due. */
  | { readonly do: 'remind'; readonly step: PlannedStep; readonly remind: Reminding; readonly wait: PlannedWait }
  | { readonly do: 'compensate'; readonly step: PlannedStep; readonly cause: SagaCause }
  | { readonly do: 'tell-failed'; readonly cause: SagaCause }
  /** The deadline has passed before `due` was done: `steps` are those of it that may have been asked for. */
  | { readonly do: 'turn-back'; readonly due: string; readonly steps: readonly PlannedStep[] }
  /** The deadline has passed, and there is no way back. */
  | { readonly do: 'go-on-late' }
  /** The saved saga and its present definition don't fit together. */
  | { readonly do: 'give-up'; readonly trouble: Trouble };

/** What asks nobody: the saga alone decides it. */
export type Decision = Extract<Action, { do: 'turn-back' | 'go-on-late' | 'give-up' }>;

/** What asks somebody, and only one. */
export type SingleAction = Exclude<Action, Decision | GroupAction | { do: 'wait' }>;

/** Reads what is due from what was saved; `plan` may be a later version of the definition that began the saga. */
export function nextAction(
  plan: SagaPlan,
  { status, state, step: due, done, cause, wait }: Progress,
  remainingMs: number | null = null,
): Action {
  try {
    plan.checkState(state);
  } catch {
    return giveUp(`its saved state does not fit version ${plan.version} of ${plan.name}`);
  }
  if (status === 'running') {
    // A step that was due by itself may have come into a group since.
    const step = plan.steps.find((each) => each.name === due || each.group === due);
    if (step === undefined) return giveUp(`version ${plan.version} of ${plan.name} has no step "${due ?? ''}"`);
    const { group } = step;
    const steps =
      group === undefined ? [step] : plan.steps.filter((each) => each.group === group && !done.includes(each.name));
    if (remainingMs !== null && remainingMs <= 0) {
      const turnsBack = step.kind === 'compensable' || (step.kind === 'wait' && hasWayBack(plan.steps, step));
      return turnsBack ? { do: 'turn-back', due: dueName(step), steps } : { do: 'go-on-late' };
    }
    return group === undefined ? dueOf(step, wait) : { do: 'group', group, steps };
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

function dueOf(step: PlannedStep, begun: Progress['wait']): Action {
  const { wait } = step;
  if (wait === undefined) return { do: 'step', step };
  const remind = wait.event?.remind;
  const isSame = begun !== null && begun.event === (wait.event?.contract?.name ?? null);
  if (!isSame || !begun.isReminding || remind === undefined) return { do: 'wait', step, wait };
  return { do: 'remind', step, wait, remind: { nth: begun.reminders + 1, send: remind.send } };
}

const giveUp = (detail: string): Action => ({ do: 'give-up', trouble: { type: 'definition-changed', detail } });
