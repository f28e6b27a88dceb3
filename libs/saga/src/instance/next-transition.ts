import { tellable } from '@isolith/contracts';
import { DEFAULT_RETRY } from '../definition/retry.js';
import { nextAction } from './next-action.js';
import { outcomeOfError } from './outcome.js';
import { groupTransition } from './group-transition.js';
import { performGroup } from './perform-group.js';
import { perform } from './perform.js';
import type { SagaRow, Transition } from './progress.js';
import type { PlannedStep, SagaPlan } from '../definition/saga.js';
import type { SagaLog } from './saga-log.js';
import type { Execute } from '../definition/step.js';
import { reminded, waiting } from './waiting.js';
import { againOrParked, decided, transition, type TransitionRules } from './transitions.js';

export interface NextParts {
  readonly context: string;
  readonly execute: Execute;
  readonly log: Pick<SagaLog, 'warn'>;
  readonly rules: TransitionRules;
}

/**
 * Where a saga goes from where it is: decided at once, or by how the command ends that is due. `unsent`: see SagaMover.
 */
export async function nextTransition(
  { context, execute, log, rules }: NextParts,
  plan: SagaPlan,
  row: SagaRow,
  unsent: boolean,
): Promise<Transition> {
  const action = nextAction(plan, row, row.remaining_ms);
  const ownError = (error: unknown): void =>
    log.warn({
      message: `the code of saga ${row.name} failed`,
      saga: row.name,
      id: row.id,
      action: action.do,
      step: row.step,
      err: error,
    });
  // What follows is up to the saga's own code as well: where that fails, what is done is asked again, under its id.
  const orAgain = ({ name, retry }: Pick<PlannedStep, 'name' | 'retry'>, next: () => Transition): Transition => {
    try {
      return next();
    } catch (thrown) {
      const error = tellable(thrown);
      ownError(error);
      return againOrParked(row, outcomeOfError(error, false), retry, `what follows ${name}`, rules);
    }
  };
  switch (action.do) {
    case 'give-up':
    case 'turn-back':
    case 'go-on-late':
      return decided(plan, row, action);
    case 'wait':
      return waiting({ plan, row, step: action.step, wait: action.wait, rules, ownError });
    case 'remind': {
      const { step, wait, remind } = action;
      const of = { plan, row, step, wait, rules, ownError };
      // Nobody is reminded of what is over.
      if ((row.wait_ms ?? 0) <= 0) return waiting(of);
      return reminded(of, remind.nth, await perform(context, plan, row, action, execute, ownError, false));
    }
    case 'group': {
      const round = await performGroup(context, plan, row, action, execute, ownError, unsent);
      const retry = action.steps[0]?.retry ?? DEFAULT_RETRY;
      return orAgain({ name: action.group, retry }, () => groupTransition(plan, row, action, round, rules));
    }
    case 'step': {
      const outcome = await perform(context, plan, row, action, execute, ownError, unsent);
      return orAgain(action.step, () => transition(plan, row, action, outcome, rules));
    }
    case 'compensate':
    case 'tell-failed': {
      const outcome = await perform(context, plan, row, action, execute, ownError, unsent);
      return transition(plan, row, action, outcome, rules);
    }
  }
}
