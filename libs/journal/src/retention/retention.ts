/** How long a context keeps what it has handled and recorded, in days of 24 hours by its database's clock. */
export interface Retention {
  /**
   * Replies of commands, and the marks of handled events; default 30. Within it a repetition gets the stored reply;
   * later it runs like a new message. It has to be longer than anything that may come again: a client that repeats
   * itself, a command in a queue, an event of a subscription that stands still. An event that fails or meets an outage
   * for longer than half of it, at most 15 days, is parked: until it is dealt with, a restart delivers again what came
   * after it.
   */
  readonly inboxDays?: number;
  /**
   * Events that are part of no stream and have been handed to every subscription; without it they stay. Events of
   * streams always stay: they are their aggregates' state.
   */
  readonly journalDays?: number;
}

/** For how many days an inbox keeps outcomes and marks of handled events, where a context does not say otherwise. */
export const INBOX_DAYS = 30;
const LONGEST_WAIT_DAYS = 15;

/** For how long an event may wait while those of other keys, which come after it, are being handled. */
export const waitDays = (inboxDays = INBOX_DAYS): number => Math.min(inboxDays / 2, LONGEST_WAIT_DAYS);
const LONGEST_DAYS = 36_500;

/** Refuses what can't be meant, naming the field. */
export function checkRetention(where: string, retention: Retention): void {
  for (const field of ['inboxDays', 'journalDays'] as const) {
    const days = retention[field];
    if (days === undefined || (Number.isInteger(days) && days >= 1 && days <= LONGEST_DAYS)) continue;
    throw new TypeError(
      `${where}: retention.${field} must be a whole number of days from 1 to ${LONGEST_DAYS}, not ${days}`,
    );
  }
}
