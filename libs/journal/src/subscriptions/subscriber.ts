import type { Envelope } from '@isolith/contracts';
import type { SubscriptionAddress } from '@isolith/message-bus';

/** Hands an event over; resolves when whoever took it is responsible for it. */
export type Deliver = (event: Envelope, to: SubscriptionAddress, signal: AbortSignal) => Promise<void>;

/** One line for a human, and what was thrown, if something was. */
export type Report = (message: string, error?: unknown) => void;

/** Who is served from a journal. */
export interface Subscriber {
  readonly context: string;
  readonly subscription: string;
  /** The event types of this journal that it takes. */
  readonly types: readonly string[];
  /** Where it begins when the journal sees it for the first time. */
  readonly from: 'beginning' | 'now';
}
