import { NotDeliveredError, OverloadedError } from '@isolith/contracts';

/** What waits for its turn at most: it is memory of the sender's. */
const MOST_WAITING = 1_000;

/**
 * One event of a subject is under way at a time: over a connection the next one would arrive after its listener has
 * handed the one before back, and go past it.
 */
export class InOrder {
  private readonly last = new Map<string, Promise<unknown>>();
  private waiting = 0;

  /**
   * Hands over once what was to be handed over before is dealt with; what waits behind a refused one is refused too.
   */
  after(subject: string, hand: () => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
    const before = this.last.get(subject);
    if (this.waiting >= MOST_WAITING) throw new OverloadedError(`${MOST_WAITING} events wait for their turn`);
    const own = before === undefined ? hand() : this.turn(before, signal).then(hand);
    this.last.set(subject, own);
    const forget = (): void => {
      if (this.last.get(subject) === own) this.last.delete(subject);
    };
    own.then(forget, forget);
    return own;
  }

  private async turn(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
    this.waiting += 1;
    try {
      await untilDone(before, signal);
    } finally {
      this.waiting -= 1;
    }
  }
}

/** Rejects as one that did not run: when the one before was refused, or nobody wants to wait any more. */
function untilDone(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(new NotDeliveredError('an earlier event of its subject was not dealt with'));
    if (signal.aborted) refuse();
    signal.addEventListener('abort', refuse, { once: true });
    before.then(() => resolve(), refuse).finally(() => signal.removeEventListener('abort', refuse));
  });
}
