import type { Token } from '../plan/run-plan.js';

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

interface Answered {
  /** The Idempotency-Key that it was sent with. */
  readonly key: string;
  readonly status: number;
  /** Milliseconds of this process' clock; only for the reader. */
  readonly at: number;
}

export interface AcceptedPlacing extends Answered {
  readonly call: 'place';
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly Line[];
  readonly token: Token;
}

export interface AcceptedChange extends Answered {
  readonly call: 'cancel' | 'refund' | 'dispatch' | 'deliver' | 'return';
  readonly orderId: string;
}

export interface AcceptedReceipt extends Answered, Line {
  readonly call: 'receive';
}

/** A call that the shop answered with success: from then on it is the shop's word. */
export type AcceptedCall = AcceptedPlacing | AcceptedChange | AcceptedReceipt;

/** One is enough to be found out. */
const MOST_UNEXPLAINED = 20;

/** What the clients of a shop know, written down at the moment of each answer and never changed. */
export class CallLog {
  private readonly calls: AcceptedCall[] = [];
  private readonly counts = new Map<string, number>();
  private readonly unexplained: string[] = [];

  accepted(call: AcceptedCall): void {
    this.calls.push(Object.freeze(call));
  }

  /** Counts how every single try ended: a status, `timeout`, or `no connection`. */
  tried(end: string): void {
    this.counts.set(end, (this.counts.get(end) ?? 0) + 1);
  }

  /** An answer that says nothing but that something went wrong (500). */
  unexplainedAnswer(what: string): void {
    if (this.unexplained.length < MOST_UNEXPLAINED) this.unexplained.push(what);
  }

  unexplainedAnswers(): readonly string[] {
    return this.unexplained;
  }

  all(): readonly AcceptedCall[] {
    return this.calls;
  }

  /** How often tries ended in which way, so far. */
  ends(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
