import type { Envelope } from '@isolith/contracts';
import type { Impairment } from './impairments.js';

/** Where events of one subscription go. */
export interface SubscriptionAddress {
  readonly lane: 'subscription';
  /** The consuming context. */
  readonly context: string;
  readonly subscription: string;
}

/** Where an envelope goes: one of a context's two request lanes, one subscription, or every host. */
export type Address =
  | { readonly lane: 'requests' | 'queries'; readonly context: string }
  | SubscriptionAddress
  | { readonly lane: 'broadcast' };

/** `orders.requests`, `notifications.order-mails`, `broadcast`: the address as people and brokers see it. */
export function addressName(address: Address): string {
  if (address.lane === 'broadcast') return 'broadcast';
  return `${address.context}.${address.lane === 'subscription' ? address.subscription : address.lane}`;
}

/** One envelope on its way to a listener. */
export interface Delivery {
  readonly envelope: Envelope;
  /** The medium may have delivered it before. `false` is no promise that it did not. */
  readonly redelivered: boolean;
  /** Answers a request; a second answer, and an answer on a lane without answers, is refused with an error. */
  reply(answer: Envelope): Promise<void>;
}

/**
 * What a medium holds for a listener and can't bring to it: bytes that are no envelope, or an event that it has given
 * up.
 */
export type SetAside =
  | {
      readonly raw: Uint8Array;
      readonly reason: string;
      /** It can be read and is not believed. */
      readonly refused?: true;
    }
  | { readonly envelope: Envelope; readonly reason: string };

/** Resolves when it is kept by the consumer, and the medium may forget it; rejects when that can't be done now. */
export type TakeSetAside = (what: SetAside) => Promise<void>;

/** A running listener. */
export interface Listening {
  /** Takes no more, hands back what was not started, resolves when what was started has been settled. */
  stop(): Promise<void>;
}

/** What a medium does by itself; the bus and the kit go by it. */
export interface TransportCapabilities {
  /** Accepted envelopes outlive the processes that sent them. */
  readonly durable: boolean;
  /** A delivery that its listener rejected comes again. */
  readonly redelivers: boolean;
  /** Several listeners at one address of one transport share its deliveries; where not, the second is refused. */
  readonly sharesAddresses: boolean;
  /** What one listener may have in hand at most; beyond it the sender is told. */
  readonly maxInFlight: number;
}

/**
 * What carries envelopes between hosts.
 *
 * Implementers owe: `send` and `request` reject with NotDeliveredError when the envelope was certainly not taken, with
 * OutcomeUnknownError when it may have been, with OverloadedError when a bound is reached; envelopes of one `subject`
 * reach a subscription's listener in the order sent; an aborted signal ends the wait at once; nothing is dropped in
 * silence. Not their job: retries, deduplication, codecs, tracing, access, deadlines.
 */
export interface Transport {
  readonly capabilities: TransportCapabilities;
  /** Resolves when the medium has taken responsibility for the event. */
  send(event: Envelope, to: Address, signal: AbortSignal): Promise<void>;
  /** Sends a command or query and resolves with its one answer. */
  request(envelope: Envelope, to: Address, signal: AbortSignal): Promise<Envelope>;
  /**
   * `on` resolves when the delivery is dealt with; if it rejects, the delivery comes again. With a HandedBackError it
   * goes to another listener of the address before it comes here again; a request that none of them serves is told to
   * its caller at once: NotDeliveredError, or OutcomeUnknownError when it may have run before. An event waits, and its
   * subject with it. What can't be delivered is given to `setAside`, again and again until it resolves; without one the
   * medium keeps it in a place of its own.
   */
  listen(at: Address, on: (delivery: Delivery) => Promise<void>, setAside?: TakeSetAside): Promise<Listening>;
  /**
   * Ends every listener and every wait at once, whatever still runs; afterwards nothing is taken and nobody can listen.
   */
  close(): Promise<void>;
}

/** How a host stands with the medium now. */
export interface RemoteHealth {
  /** Whether the medium can be reached. */
  readonly connected: boolean;
  /**
   * `taken`: deliveries that it was handed for the first time, since it listens; absent where the medium can't tell
   * them from those that come again.
   */
  readonly consumers: readonly { readonly address: string; readonly state: string; readonly taken?: number }[];
  /** Whether it can be seen what the medium's operator has set, in a clause; absent where there is nothing to set. */
  readonly policies?: string;
  /**
   * How what this host sends gets to the medium, in a clause, and why not faster where it could be; absent where there
   * is one way.
   */
  readonly writes?: string;
  /** Messages that came since it was made and were no envelope; absent where none can. */
  readonly malformed?: number;
  /**
   * How often the medium has said since it was made that it has a message, or refuses it, and the seconds until then in
   * all; absent where it says nothing.
   */
  readonly confirms?: { readonly count: number; readonly seconds: number };
  /**
   * When the first certificate ends that the medium has shown at the last connection, in milliseconds since 1970;
   * absent where it has shown none.
   */
  readonly certificateEnd?: number;
  /** What it can't do now, asked for every second. Absent: it has nothing to say. */
  readonly impairments?: readonly Impairment[];
}

/** The rows of one context as a host brings them to a medium. */
export interface Claim {
  readonly context: string;
  /** The installation that they belong to, as the database that holds them says. */
  readonly installation: string;
  /** Where that database is, for people; without a secret. */
  readonly database: string;
}

/** What a host brings to a medium that others use too, and what it will do there. */
export interface Joining {
  /** Of each context whose rows this host works with. */
  readonly claims: readonly Claim[];
  /** Where it will listen. */
  readonly listensAt: readonly Address[];
  /** Where it will send events to. */
  readonly sendsTo: readonly Address[];
}

/** A reason for which a host may not use a medium, in a sentence that names what was found and holds no secret. */
export interface Refusal {
  /**
   * `claimed`: a context here belongs to another installation. `arguments`: something is there in another form.
   * `rights`: the account may not.
   */
  readonly what: 'claimed' | 'arguments' | 'rights';
  readonly detail: string;
}

/** The medium can be reached, and this host must neither send nor take anything there: for all these reasons. */
export class RemoteRefusedError extends Error {
  override readonly name = 'RemoteRefusedError';

  /** `medium`: as people know it, without an account. */
  constructor(
    readonly medium: string,
    readonly refusals: readonly Refusal[],
  ) {
    super(`${medium}: ${refusals.map(({ detail }) => detail).join('; ')}`);
  }
}

/**
 * A transport to other hosts. It repairs its connections by itself; whether it has any is something to be told, not to
 * wait for.
 */
export interface RemoteTransport extends Transport {
  /**
   * Begins to connect. Rejects when the first attempt fails, with RemoteRefusedError when the medium is there and is
   * not for this host; attempts go on all the same until `close()`. Each new connection is checked anew against
   * `joining`, before anything is sent or taken on it: the medium may have been replaced.
   */
  connect(joining?: Joining): Promise<void>;
  /** Messages at an address that nobody has taken yet; undefined when that can't be told. */
  backlog?(at: Address): Promise<number | undefined>;
  /** How many listeners, of all hosts, take what is sent to an address; undefined when that can't be told. */
  takers?(at: Address): Promise<number | undefined>;
  /**
   * Consumers are `consuming`, `resting` (they have left their place to other replicas for a moment), or being
   * repaired.
   */
  health(): RemoteHealth;
}
