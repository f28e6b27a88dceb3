import type { Action } from './next-action.js';
import type { Progress, Transition } from './progress.js';
import { backward, undoable } from './transitions.js';
import { dueName } from '../definition/group.js';
import { hasWayBack } from '../definition/way-back.js';
import type { PlannedStep, SagaPlan } from '../definition/saga.js';

const CAUSE = { type: 'turned-back', detail: 'an operator turned it back', kind: 'open' } as const;

/**
 * What an operator makes of a saga who turns it back, or why that can't be. What is due may have been sent, so it is
 * undone as well. A pivot that is due may have been decided: as long as its answer is open neither way is safe.
 */
export function turnedBack(
  plan: SagaPlan,
  progress: Progress,
  action: Action,
): Transition | { readonly refused: string } {
  switch (action.do) {
    case 'step':
    case 'wait':
    case 'remind':
      return back(plan, progress, [action.step]);
    case 'group':
      return back(
        plan,
        progress,
        action.steps.length > 0 ? action.steps : plan.steps.filter(({ group }) => group === action.group),
      );
    case 'give-up':
      return { refused: action.trouble.detail };
    case 'compensate':
    case 'tell-failed':
      return { refused: 'it has turned back already' };
    case 'turn-back':
    case 'go-on-late':
      throw new Error('without a deadline nothing is late');
  }
}

function back(plan: SagaPlan, progress: Progress, steps: readonly PlannedStep[]): ReturnType<typeof turnedBack> {
  const [first] = steps;
  if (first === undefined) throw new Error('a saga that runs has a step that is due');
  if (first.kind === 'pivot')
    return {
      refused: `its pivot ${first.name} is due and may have been decided; only its answer says which way it goes`,
    };
  if (first.kind === 'wait' && !hasWayBack(plan.steps, first))
    return { refused: `${first.name} is due, behind the pivot: there is no way back any more` };
  if (first.kind === 'retriable')
    return { refused: `${dueName(first)} is due, which is never undone: there is no way back any more` };
  const done = [...progress.done, ...undoable(steps).filter((name) => !progress.done.includes(name))];
  return { ...backward(plan, progress, dueName(first), CAUSE, done), entry: `turned back at ${dueName(first)}` };
}
