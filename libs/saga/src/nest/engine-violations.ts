import type { SagaEngineOptions } from '../index.js';

type Setting = 'leaseMs' | Exclude<keyof SagaEngineOptions, 'random'>;

/** Whole numbers that an engine can work with, from the least to the most. */
const BOUNDS: readonly (readonly [Setting, number, number])[] = [
  ['leaseMs', 100, 600_000],
  ['concurrency', 1, 10_000],
  ['pollMs', 1, 600_000],
  ['compensationAttempts', 1, 1_000_000],
  ['outageAttempts', 1, 1_000_000],
];

/**
 * What can't be meant by the settings of an engine, each by its name; what is absent has its default. Whoever has no
 * compiler may have given anything.
 */
export function engineViolations(set: { readonly [name in Setting]?: number | undefined }): readonly string[] {
  return BOUNDS.flatMap(([name, least, most]) => {
    const value = set[name];
    return value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most)
      ? []
      : [`${name} must be a whole number from ${least} to ${most}, not ${value}`];
  });
}
