import type { Envelope } from '@isolith/contracts';

/** Messages whose reason was told and that may be asked again; the oldest is forgotten first. */
const MOST_REMEMBERED = 1_000;

/** Errors that cross as they are, without what caused them. */
const WITHOUT_CAUSE = ['outcome-unknown', 'overloaded'];

/** Which errors of handlers hold something that a caller never sees and that was not told yet. */
export class UnseenReasons {
  private readonly told = new Set<string>();

  /**
   * True for every original of a `handler-error`. Of a message that meets its database away or overloaded once: it is
   * asked again until its deadline, and each attempt would say the same.
   */
  has(code: string, thrown: unknown, { id }: Envelope): boolean {
    if (code === 'handler-error') return true;
    if (!WITHOUT_CAUSE.includes(code) || !(thrown instanceof Error) || thrown.cause === undefined || this.told.has(id))
      return false;
    this.told.add(id);
    const [oldest] = this.told;
    if (this.told.size > MOST_REMEMBERED && oldest !== undefined) this.told.delete(oldest);
    return true;
  }
}
