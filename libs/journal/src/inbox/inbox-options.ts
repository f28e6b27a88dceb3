import type { ErrorSink } from '@isolith/message-bus';

/** What an inbox is told by its host. */
export interface InboxOptions {
  /** Aborts when the host begins to stop: events that wait for their next attempt are left to the next host. */
  readonly draining?: AbortSignal;
  /** For how many days the inbox is kept; default 30. Asked whenever an event has failed. */
  readonly inboxDays?: () => number | undefined;
  /** Told of every attempt to handle an event that failed, and of every event that is parked. */
  readonly report?: ErrorSink;
}

export const withDefaults = ({
  draining = new AbortController().signal,
  inboxDays = () => undefined,
  report = () => undefined,
}: InboxOptions): Required<InboxOptions> => ({
  draining,
  inboxDays,
  report,
});
