import type { Agent } from '../agent/agent.js';
import type { AgentsFeatureOptions } from './agents-feature.js';

/** Whole numbers that a host can work with, from the least to the most. */
const BOUNDS: readonly (readonly [keyof AgentsFeatureOptions, number, number])[] = [
  ['leaseMs', 100, 600_000],
  ['concurrency', 1, 10_000],
  ['pollMs', 1, 600_000],
  ['askWithinMs', 1, 3_600_000],
  ['keptDays', 1, 36_500],
];

/** What can't be meant by what a context states of its agents. Whoever has no compiler may have given anything. */
export function agentsViolations(
  context: string,
  agents: readonly Agent[],
  options: AgentsFeatureOptions,
  inboxDays: number,
): readonly string[] {
  const names = agents.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  const foreign = names.filter((name) => !name.startsWith(`${context}.`));
  return [
    ...(agents.length === 0 ? ['no agent is stated'] : []),
    ...agents.flatMap(({ problems }) => problems),
    ...[...twice].map((name) => `agent ${name} is stated twice`),
    ...foreign.map((name) => `agent ${name} is not named after the context: ${context}.…`),
    ...BOUNDS.flatMap(([name, least, most]) => {
      const value = options[name];
      return value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most)
        ? []
        : [`${name} must be a whole number from ${least} to ${most}, not ${value}`];
    }),
    ...(options.keptDays !== undefined && options.keptDays < inboxDays
      ? [`keptDays must not be below the context's retention.inboxDays, ${inboxDays}: a call's id counts as long`]
      : []),
  ];
}
