import type { Envelope, RequestContract } from '@isolith/contracts';

/**
 * What a context has handled. Implementers owe: an outcome is stored in the transaction of the effect it reports, a
 * repetition waits for a running twin and gets the stored outcome, the same id with another input is refused
 * (IdempotencyConflictError), a conflict of two writers (ConcurrencyError) is tried again. Not their job: access,
 * validation, deadlines.
 */
export interface Inbox {
  /** Runs `handle` to its outcome at most once per command id; returns its value or throws its failure. */
  command(envelope: Envelope, contract: RequestContract, handle: () => Promise<unknown>): Promise<unknown>;
  /** Runs `handle` unless this subscription has handled the event. */
  event(envelope: Envelope, subscription: string, handle: () => Promise<void>): Promise<void>;
}

/** For a context that keeps nothing: every delivery runs. */
export const noInbox: Inbox = {
  command: (_envelope, _contract, handle) => handle(),
  event: (_envelope, _subscription, handle) => handle(),
};
