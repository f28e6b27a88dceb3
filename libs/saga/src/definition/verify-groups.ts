import type { PlannedGroup, PlannedStep } from './saga.js';
import { STEP_NAME } from './step-name.js';

/** A host moves dozens of sagas at once, and each may be at a group. */
const MOST = 16;

/** What is wrong with the groups of a saga, as sentences. */
export function groupProblems(steps: readonly PlannedStep[], groups: readonly PlannedGroup[]): readonly string[] {
  const taken = new Set(steps.map(({ name }) => name));
  return groups.flatMap((group, index) => [
    ...(STEP_NAME.test(group.name) ? [] : [`group "${group.name}": a group's name is lower-case-with-dashes`]),
    ...(taken.has(group.name) ? [`a step and a group are both called ${group.name}`] : []),
    ...(groups.findIndex(({ name }) => name === group.name) < index ? [`two groups are called ${group.name}`] : []),
    ...sizeProblems(group),
    ...kindProblems(group),
  ]);
}

function sizeProblems({ name, steps }: PlannedGroup): readonly string[] {
  if (steps.length === 0) return [`group ${name} has no steps`];
  return steps.length > MOST ? [`group ${name} has ${steps.length} steps; ${MOST} may run side by side`] : [];
}

/** All of one kind, so that a round either may turn back or may not; a pivot decides alone. */
function kindProblems({ name, steps }: PlannedGroup): readonly string[] {
  const kinds = [...new Set(steps.flatMap((step) => step.kinds))];
  return [
    ...steps
      .filter((step) => step.kinds.includes('pivot'))
      .map((step) => `group ${name}: step ${step.name} is a pivot, which can't run beside others`),
    ...steps
      .filter((step) => step.kinds.includes('wait'))
      .map((step) => `group ${name}: step ${step.name} waits, which can't be done beside others`),
    ...steps
      .filter((step) => step.when !== undefined)
      .map((step) => `group ${name}: step ${step.name} has a when, which only a step by itself can`),
    ...(kinds.includes('compensable') && kinds.includes('retriable')
      ? [`group ${name} has compensable and retriable steps; let each have a group of its own`]
      : []),
  ];
}
