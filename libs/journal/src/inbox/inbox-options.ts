import type { ErrorSink } from '@isolith/message-bus';

export interface InboxOptions {
  /** Aborts when the host begins to stop: events that wait for their next attempt are left to the next host. */
  readonly draining?: AbortSignal;
  /** Told of every attempt to handle an event that failed, and of every event that is parked. */
  readonly report?: ErrorSink;
}

export const withDefaults = ({ draining = new AbortController().signal, report = () => undefined }: InboxOptions): Required<InboxOptions> => ({ draining, report });
