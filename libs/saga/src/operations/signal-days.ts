/** Longer than a saga takes to come to the step that waits, unless somebody says otherwise. */
const SIGNAL_DAYS = 30;

/**
 * For how many days events that have come for sagas are kept: as set, else 30, or as many as ended sagas if these are
 * fewer.
 */
export const signalDaysOf = (set: number | undefined, endedDays: number): number =>
  set ?? Math.min(SIGNAL_DAYS, endedDays);

/**
 * What can't be meant by the setting. More than `endedDays` can't: a saga that began anew would take what came for the
 * former one.
 */
export function signalDaysViolations(set: number | undefined, endedDays: number): string[] {
  if (set === undefined || (Number.isInteger(set) && set >= 1 && set <= endedDays)) return [];
  return [`signalDays must be a whole number of days from 1 to ${endedDays} (endedDays), not ${set}`];
}
