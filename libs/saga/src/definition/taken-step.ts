import type { PlannedStep, SagaPlan } from './saga.js';

/**
 * The step that a saga with this state takes at a place of its plan or after it; undefined when none is left.
 * @throws what a `when` of the saga throws
 */
export const takenFrom = ({ steps }: Pick<SagaPlan, 'steps'>, place: number, state: unknown): PlannedStep | undefined =>
  steps.slice(place).find(({ when }) => when === undefined || when(state));
