import { parseName, tellable } from '@isolith/contracts';
import type { PlannedStep, SagaPlan } from './saga.js';
import { versionProblems, versionsOf } from './versions.js';
import { groupProblems } from './verify-groups.js';
import { STEP_NAME } from './step-name.js';
import { eventVersionProblems, isTime, TIME, waitProblems } from './verify-waits.js';
import { LONGEST_WAIT_MS } from './wait.js';

/** Everything that is wrong with the sagas of a context, as sentences; empty when they can run. */
export function sagaViolations(context: string, plans: readonly SagaPlan[]): readonly string[] {
  const twice = duplicates(plans.map(({ name }) => name)).map((name) => `saga ${name} is declared twice`);
  return [
    ...twice,
    ...plans.flatMap((newest) =>
      versionsOf(newest).flatMap((plan) => {
        const which = plan === newest ? '' : ` (version ${plan.version})`;
        return [...new Set(violationsOf(context, plan))].map((problem) => `saga ${newest.name}${which}: ${problem}`);
      }),
    ),
    ...eventVersionProblems(plans),
  ];
}

function violationsOf(context: string, plan: SagaPlan): readonly string[] {
  const { name, version, deadlineMs, steps, groups, stateViolations } = plan;
  return [
    ...nameProblems(context, name),
    ...(Number.isInteger(version) && version > 0 ? [] : ['version must be a positive integer']),
    ...versionProblems(plan),
    ...(deadlineMs === undefined || isTime(deadlineMs) ? [] : [`deadlineMs must be ${TIME}`]),
    ...stateViolations,
    ...(steps.length === 0 ? ['it has no steps'] : []),
    ...(steps.length > 0 && steps.every(({ when }) => when !== undefined)
      ? ['each of its steps has a when: one that it always takes is needed']
      : []),
    ...duplicates(steps.map((step) => step.name)).map((step) => `two steps are called ${step}`),
    ...steps.flatMap(stepProblems),
    ...groupProblems(steps, groups),
    ...orderProblems(steps),
    ...waitProblems(steps),
  ];
}

function nameProblems(context: string, name: string): readonly string[] {
  try {
    const owner = parseName(name).context;
    return owner === context ? [] : [`its name begins with ${owner}, but it is declared in ${context}`];
  } catch (error) {
    return [tellable(error).message];
  }
}

function stepProblems({ name, kinds, retry, timeoutMs, when }: PlannedStep): readonly string[] {
  const where = `step ${name}`;
  const { attempts, initialDelayMs, maxDelayMs } = retry;
  return [
    ...(STEP_NAME.test(name) ? [] : [`step "${name}": a step's name is lower-case-with-dashes`]),
    ...(kinds.length === 0 ? [`${where} has neither compensate nor pivot nor retriable`] : []),
    ...(kinds.includes('pivot') && when !== undefined
      ? [`${where} is the pivot, so it has no when: something has to decide`]
      : []),
    ...(kinds.length > 1 ? [`${where} is ${kinds.join(' and ')} at once`] : []),
    ...(Number.isInteger(attempts) && attempts > 0 ? [] : [`${where}: retry.attempts must be a positive integer`]),
    ...(initialDelayMs > 0 && maxDelayMs >= initialDelayMs && maxDelayMs <= LONGEST_WAIT_MS
      ? []
      : [`${where}: retry.initialDelayMs must be positive and at most retry.maxDelayMs, and that at most ten years`]),
    ...(timeoutMs === undefined || isTime(timeoutMs) ? [] : [`${where}: timeoutMs must be ${TIME}`]),
  ];
}

/** Compensable steps, then at most one pivot, then retriable steps: anything else would have no way to its end. */
function orderProblems(steps: readonly PlannedStep[]): readonly string[] {
  const pivots = steps.filter(({ kinds }) => kinds.includes('pivot'));
  const firstOf = (...kinds: readonly string[]): number =>
    steps.findIndex((step) => step.kinds.some((kind) => kinds.includes(kind)));
  const noReturn = firstOf('pivot', 'retriable');
  const pivot = steps.findIndex(({ kinds }) => kinds.includes('pivot'));
  return [
    ...(pivots.length > 1 ? [`it has ${pivots.length} pivots: ${pivots.map(({ name }) => name).join(', ')}`] : []),
    ...steps
      .filter(({ kinds }, index) => kinds.includes('compensable') && noReturn >= 0 && index > noReturn)
      .map(
        ({ name }) =>
          `step ${name} has a compensation but comes after ${steps[noReturn]?.name ?? ''}, after which nothing is compensated`,
      ),
    ...steps
      .filter(({ kinds }, index) => kinds.includes('retriable') && index < pivot)
      .map(
        ({ name }) =>
          `step ${name} is retriable but comes before the pivot ${steps[pivot]?.name ?? ''}; it could not be undone`,
      ),
  ];
}

function duplicates(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
