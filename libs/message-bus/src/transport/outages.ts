import { NotDeliveredError, type Outcome } from '@isolith/contracts';

/**
 * Says why a context has got nothing done for a while, in a clause that anybody may read; undefined while it may. Of
 * one that is elsewhere: nobody takes what is sent to it. Of one that is here: what its handlers need is away, and no
 * other host has it. Asked with calls: it answers at once, and never throws.
 */
export type Outage = (context: string) => string | undefined;

const MAY_PASS: ReadonlySet<string> = new Set(['not-delivered', 'outcome-unknown', 'overloaded']);

/** What this host knows of contexts that get nothing done, so that nobody waits for them in vain. */
export class Outages {
  readonly #known: Outage[] = [];

  add(outage: Outage): void {
    this.#known.push(outage);
  }

  /** Throws a NotDeliveredError that is lasting when nobody would take what is sent to the context. */
  requireTaker(context: string, type: string): void {
    const why = this.#of(context);
    if (why === undefined) return;
    const refusal = new NotDeliveredError(`${type} was not sent: ${why}`);
    refusal.lasting = true;
    throw refusal;
  }

  /** The outcome of a handler that is here; an error that passes at other times is lasting now. */
  told(context: string, outcome: Outcome): Outcome {
    if (outcome.outcome !== 'error' || !MAY_PASS.has(outcome.code)) return outcome;
    return this.#of(context) === undefined ? outcome : { ...outcome, lasting: true };
  }

  #of(context: string): string | undefined {
    for (const outage of this.#known) {
      const why = outage(context);
      if (why !== undefined) return why;
    }
    return undefined;
  }
}
