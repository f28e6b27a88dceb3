/** Well beyond what inboxes know, which is 30 days unless somebody says otherwise. */
const ENDED_DAYS = 90;
const LONGEST_DAYS = 36_500;

/**
 * For how many days ended sagas are kept: as set, else 90, or as many as the context's inbox knows what it has handled
 * if these are more.
 */
export const endedDaysOf = (set: number | undefined, inboxDays: number): number =>
  set ?? Math.max(ENDED_DAYS, inboxDays);

/**
 * What can't be meant by the setting. One below `inboxDays` can't: a saga that began anew so early would get the
 * replies that the former one got, and have no effects of its own.
 */
export function endedDaysViolations(set: number | undefined, inboxDays: number): string[] {
  if (set === undefined || (Number.isInteger(set) && set >= inboxDays && set <= LONGEST_DAYS)) return [];
  return [
    `endedDays must be a whole number of days from ${inboxDays} (the context's retention.inboxDays) to ${LONGEST_DAYS}, not ${set}`,
  ];
}
