import { tellable } from '@isolith/contracts';
import type { GroupAction } from './next-action.js';
import { outcomeOfError, type StepOutcome } from './outcome.js';
import { perform, type OwnErrorSink } from './perform.js';
import type { SagaRow } from './progress.js';
import type { PlannedStep, SagaPlan } from '../definition/saga.js';
import type { Execute, Extension } from '../definition/step.js';

/** How one round of a group ended: every step of it that was not done before has been asked for once. */
export interface Round {
  /** With what the replies have added, one after the other in the order of the declaration. */
  readonly state: unknown;
  /** In the order of the declaration. */
  readonly answers: readonly RoundAnswer[];
}

export interface RoundAnswer {
  readonly step: PlannedStep;
  readonly outcome: StepOutcome;
}

/**
 * Sends what a group still lacks, side by side, and waits for the end of every attempt. Nobody is left behind when one
 * is refused: a saga that turned back at once would not know what the others have done, nor have what their replies say
 * that compensations need. Each step has the id that it would have by itself, so a round that is repeated after a crash
 * has no second effect.
 */
export async function performGroup(
  context: string,
  plan: SagaPlan,
  row: SagaRow,
  { steps }: GroupAction,
  execute: Execute,
  onOwnError: OwnErrorSink,
  unsent: boolean,
): Promise<Round> {
  const asked = await Promise.all(
    steps.map(async (step) => {
      let extend: Extension<unknown> = (latest) => latest;
      const asking: PlannedStep = {
        ...step,
        run: async (state, send) => {
          extend = await step.ask(state, send);
          return state;
        },
      };
      const outcome = await perform(context, plan, row, { do: 'step', step: asking }, execute, onOwnError, unsent);
      return { step, outcome, extend };
    }),
  );
  let { state } = row;
  const answers = asked.map(({ step, outcome, extend }): RoundAnswer => {
    if (outcome.kind !== 'done') return { step, outcome };
    try {
      state = extend(state);
      return { step, outcome };
    } catch (thrown) {
      const error = tellable(thrown);
      onOwnError(error);
      return { step, outcome: outcomeOfError(error, false) };
    }
  });
  return { state, answers };
}
