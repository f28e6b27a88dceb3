import type { Envelope, RequestContract } from '@isolith/contracts';
import type { EventRetry } from './event-retry.js';
import type { NoteRest } from './in-hand.js';
import type { SetAside } from '../transport/transport.js';

/**
 * What a context has handled. Implementers owe: an outcome is stored in the transaction of the effect it reports, a
 * repetition waits for a running twin and gets the stored outcome, the same id with another input is refused
 * (IdempotencyConflictError) unless the id alone says which command it is (`byid`), a conflict of two writers
 * (ConcurrencyError) is tried again, and nothing that `event` or `setAside` has resolved for is lost. Not their job:
 * access, validation, deadlines.
 */
export interface Inbox {
  /**
   * Runs `handle` to its outcome at most once per command id; returns its value or throws its failure.
   *
   * `newId`: its sender, in this process, takes this for the first time that the id is sent, and no medium has carried
   * it. It stands for a look that found nothing, made when the sender came to know that: since then the command may
   * have been handled or revoked, and the sender may err. So it may spare a look before `handle`, and all that is owed
   * is owed as without it. Default: false.
   */
  command(
    envelope: Envelope,
    contract: RequestContract,
    handle: () => Promise<unknown>,
    newId?: boolean,
  ): Promise<unknown>;
  /**
   * Runs `handle` unless this subscription has handled the event. Resolves when the event is dealt with: handled, or
   * parked after its attempts, or parked at once because `handle` threw a FinalRefusalError, with its code and message
   * as the reason, or parked behind an earlier event of its key. Where nothing can be parked, it rejects with what
   * `handle` threw. Rejects, too, when that can't be decided now (the
   * own database is away, the host drains): then it has to come again. A HandedBackError of `handle` is such a
   * rejection, too, until it has lasted for as long as the inbox lets anything wait.
   *
   * `note` is told when the event rests, and why, and when it goes on: for whoever watches what waits.
   */
  event(
    envelope: Envelope,
    subscription: string,
    handle: () => Promise<void>,
    retry: EventRetry,
    note?: NoteRest,
  ): Promise<void>;
  /** Parks what a medium could not deliver. Absent where nothing can be parked: the medium then keeps it. */
  setAside?(what: SetAside, subscription: string): Promise<void>;
}

/** For a context that keeps nothing: every delivery runs. */
export const noInbox: Inbox = {
  command: (_envelope, _contract, handle) => handle(),
  event: (_envelope, _subscription, handle) => handle(),
};
