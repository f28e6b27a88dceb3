import type { PlannedStep } from './saga.js';

/** Whether a saga whose step this is can still be undone: nothing up to it decides or is only ever repeated. */
export const hasWayBack = (steps: readonly PlannedStep[], step: PlannedStep): boolean =>
  !steps.slice(0, steps.indexOf(step) + 1).some(({ kinds }) => kinds.includes('pivot') || kinds.includes('retriable'));
