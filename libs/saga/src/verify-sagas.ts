import { parseName, tellable } from '@isolith/contracts';
import type { PlannedStep, SagaPlan } from './saga.js';

const STEP_NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Everything that is wrong with the sagas of a context, as sentences; empty when they can run. */
export function sagaViolations(context: string, plans: readonly SagaPlan[]): readonly string[] {
  const twice = duplicates(plans.map(({ name }) => name)).map((name) => `saga ${name} is declared twice`);
  return [
    ...twice,
    ...plans.flatMap((plan) =>
      [...new Set(violationsOf(context, plan))].map((problem) => `saga ${plan.name}: ${problem}`),
    ),
  ];
}

function violationsOf(
  context: string,
  { name, version, deadlineMs, steps, stateViolations }: SagaPlan,
): readonly string[] {
  return [
    ...nameProblems(context, name),
    ...(Number.isInteger(version) && version > 0 ? [] : ['version must be a positive integer']),
    ...(deadlineMs === undefined || isWhole(deadlineMs)
      ? []
      : ['deadlineMs must be a positive whole number of milliseconds']),
    ...stateViolations,
    ...(steps.length === 0 ? ['it has no steps'] : []),
    ...duplicates(steps.map((step) => step.name)).map((step) => `two steps are called ${step}`),
    ...steps.flatMap(stepProblems),
    ...orderProblems(steps),
  ];
}

const isWhole = (ms: number): boolean => Number.isSafeInteger(ms) && ms > 0;

function nameProblems(context: string, name: string): readonly string[] {
  try {
    const owner = parseName(name).context;
    return owner === context ? [] : [`its name begins with ${owner}, but it is declared in ${context}`];
  } catch (error) {
    return [tellable(error).message];
  }
}

function stepProblems({ name, kinds, retry, timeoutMs }: PlannedStep): readonly string[] {
  const where = `step ${name}`;
  const { attempts, initialDelayMs, maxDelayMs } = retry;
  return [
    ...(STEP_NAME.test(name) ? [] : [`step "${name}": a step's name is lower-case-with-dashes`]),
    ...(kinds.length === 0 ? [`${where} has neither compensate nor pivot nor retriable`] : []),
    ...(kinds.length > 1 ? [`${where} is ${kinds.join(' and ')} at once`] : []),
    ...(Number.isInteger(attempts) && attempts > 0 ? [] : [`${where}: retry.attempts must be a positive integer`]),
    ...(initialDelayMs > 0 && maxDelayMs >= initialDelayMs
      ? []
      : [`${where}: retry.initialDelayMs must be positive and at most retry.maxDelayMs`]),
    ...(timeoutMs === undefined || isWhole(timeoutMs)
      ? []
      : [`${where}: timeoutMs must be a positive whole number of milliseconds`]),
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
