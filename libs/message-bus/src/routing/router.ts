import { NewerVersionError, type Envelope, type RequestContract } from '@isolith/contracts';
import type { EventRetry } from '../receiving/event-retry.js';
import { HandBacks } from '../transport/hand-backs.js';
import { HandedBackError } from '../transport/handed-back.js';
import { Handlers, type EventHandler, type RequestHandler, type SubscriptionInfo } from '../receiving/handlers.js';
import { InProcessTransport } from '../transport/in-process-transport.js';
import type { Inbox } from '../receiving/inbox.js';
import { Outages, type Outage } from '../transport/outages.js';
import { CallPolicies, type CallPolicy } from '../sending/call-policy.js';
import { LocalCalls } from '../sending/local-calls.js';
import { isHere, type Placement } from '../sending/placement.js';
import { Receiver, type ErrorSink } from '../receiving/receiver.js';
import { Sender, type AskedBeside } from '../sending/sender.js';
import type { MessageMeter } from '../metering/message-meter.js';
import { sending } from '../tracing/message-spans.js';
import {
  addressName,
  type Address,
  type Joining,
  type Listening,
  type SubscriptionAddress,
  type Transport,
} from '../transport/transport.js';
import type { Waiting } from '../transport/watched.js';

/** What a router reaches, and how long its senders wait. */
export interface RouterOptions {
  readonly placement: Placement;
  /**
   * Carries messages of contexts that run here. Without one they are passed by function call, already copied and
   * checked by their sender; what another transport brings is read as from the wire.
   */
  readonly local?: Transport;
  /** Carries messages of contexts that run elsewhere, and with it every event. */
  readonly remote?: Transport;
  /** Milliseconds a sender waits for an answer unless it says otherwise. */
  readonly requestTimeoutMs?: number;
  /** Notes what this host can't serve. */
  readonly handBacks?: HandBacks;
  readonly onError: ErrorSink;
}

const FROM_HERE = { fromWire: false, redelivered: false, newId: false };
const FIRST_FROM_HERE = { ...FROM_HERE, newId: true };

/**
 * Brings each message to the context that owns its contract, here or elsewhere, with the same result: the same copy
 * semantics, access checks, deadlines and errors.
 */
export class MessageRouter {
  readonly placement: Placement;
  private readonly handlers = new Handlers();
  /** Between the contexts of this host, for requests: what was given, or nothing but calls. */
  private readonly between: Transport | undefined;
  private readonly calls: LocalCalls;
  /** Where events go without a transport to others. */
  private readonly local: Transport;
  private readonly remote: Transport | undefined;
  private readonly policies = new CallPolicies();
  private readonly outages = new Outages();
  private readonly sender: Sender;
  private readonly receiver: Receiver;
  private readonly handBacks: HandBacks;
  private readonly errorSinks: ErrorSink[];
  /** The lanes on which the contexts of this host call one another. */
  private readonly lanes: Listening[] = [];
  /** What brings work in: events, and requests of other hosts. */
  private readonly inbound: Listening[] = [];
  /** Resolves when all of `inbound` that was stopped has settled what it had started. */
  private stopped: Promise<void> = Promise.resolve();

  constructor(options: RouterOptions) {
    this.placement = options.placement;
    this.between = options.local;
    this.local = options.local ?? new InProcessTransport();
    this.remote = options.remote;
    this.handBacks = options.handBacks ?? new HandBacks(() => undefined);
    this.errorSinks = [options.onError];
    this.receiver = new Receiver(
      this.handlers,
      (...told) => {
        for (const sink of this.errorSinks) sink(...told);
      },
      (context, error) => this.meetsNewer(context, error),
      this.outages,
    );
    this.calls = new LocalCalls((envelope, context, newId) =>
      this.receiver.outcome(envelope, context, newId ? FIRST_FROM_HERE : FROM_HERE),
    );
    this.sender = new Sender({
      placement: options.placement,
      local: this.between ?? this.calls,
      remote: this.remote,
      requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
      outages: this.outages,
      policies: this.policies,
      join: (envelope, contract, scope) => this.receiver.join(envelope, contract, scope),
    });
  }

  /** Sends a command or query; resolves with its result or rejects with its failure or an IsolithError. */
  send(message: object): Promise<unknown> {
    return this.sender.send(message);
  }

  /** Hands an event to a subscription; resolves when its transport has taken responsibility for it. */
  deliver(event: Envelope, to: SubscriptionAddress, signal: AbortSignal): Promise<void> {
    return sending(
      'publish',
      event,
      () => addressName(to),
      (sent) => (this.remote ?? this.local).send(sent, to, signal),
    );
  }

  /**
   * Runs an event that its consumer has kept, past the inbox: `take` gets what runs the handler, once per call, and
   * decides whether and how it counts. For whoever replays what was parked. What is not known here, or not in its
   * version, is a NewerVersionError: nobody can be given it, so it waits for an upgrade.
   */
  redeliver(
    event: Envelope,
    to: SubscriptionAddress,
    take: (handle: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    return this.receiver.react(event, to, (handle) =>
      take(() =>
        handle().catch((error: unknown) => {
          if (!(error instanceof HandedBackError)) throw error;
          const newer = new NewerVersionError(error.message);
          this.meetsNewer(to.context, newer);
          throw newer;
        }),
      ),
    );
  }

  /**
   * A part of a context has met what a newer release has stored, and waits with it. Health, metrics and the log of the
   * host say so, beside what it hands back.
   */
  meetsNewer(context: string, { message }: NewerVersionError): void {
    this.handBacks.note(new HandedBackError(context, 'newer', message));
  }

  /** Tells one more of what callers never see, from now on; for tests, which look at what a handler threw. */
  alsoTell(sink: ErrorSink): void {
    this.errorSinks.push(sink);
  }

  /** What waits at this host's handlers, and for answers of others; for its watchdog. */
  waiting(): readonly Waiting[] {
    return [...this.receiver.waiting(), ...this.sender.waiting()];
  }

  /**
   * A replica of a context elsewhere has fallen silent, and others are there: queries of the context that have waited
   * for half a second are asked once more, with the same id, and commands where that is said. To be called again for as
   * long as it is so.
   */
  askBeside(context: string, which: AskedBeside): void {
    this.sender.askBeside(context, which);
  }

  /** How many messages handlers have in hand now, by lane and subscription; those without any are left out. */
  inHand(): Readonly<Record<string, number>> {
    return this.receiver.inHandNow();
  }

  /** How many messages handlers have taken since the start, by lane and subscription. */
  begun(): Readonly<Record<string, number>> {
    return this.receiver.begun();
  }

  /** Whether contexts that are elsewhere can be reached at all. */
  get hasRemote(): boolean {
    return this.remote !== undefined;
  }

  handle(handler: RequestHandler): void {
    this.handlers.addRequest(handler);
  }

  /**
   * Without `handlers`: as the list of all subscriptions states it. `retry`: how often handlers are tried; default:
   * `defaultEventRetry`.
   */
  subscribe(info: SubscriptionInfo, handlers?: readonly EventHandler[], retry?: EventRetry): void {
    this.handlers.addSubscription(info, handlers, retry);
  }

  /**
   * Puts a policy between a context of this host and a message that it sends to another; two for one are a violation.
   */
  usePolicy(sender: string, contract: RequestContract, policy: CallPolicy): void {
    this.policies.add(sender, contract, policy);
  }

  /** Believes this one, too, on which contexts get nothing done: nobody is kept waiting for them until a deadline. */
  useOutage(outage: Outage): void {
    this.outages.add(outage);
  }

  /** Has what becomes of messages counted, from now on; nothing is measured without one. */
  useMeter(meter: MessageMeter): void {
    this.receiver.useMeter(meter);
    this.sender.useMeter(meter);
  }

  useInbox(context: string, inbox: Inbox): void {
    this.receiver.useInbox(context, inbox);
  }

  /** Whether a command of this context that comes twice is known here. */
  keepsInbox(context: string): boolean {
    return this.receiver.keepsInbox(context);
  }

  /** The subscriptions, of any context, that take events of this producer. */
  subscriptionsOf(producer: string): readonly SubscriptionInfo[] {
    return this.subscriptions().filter(({ events }) => events.some(({ context }) => context === producer));
  }

  subscriptions(): readonly SubscriptionInfo[] {
    return this.handlers.allSubscriptions();
  }

  requests(): readonly RequestHandler[] {
    return this.handlers.allRequests();
  }

  violations(): readonly string[] {
    return [...this.handlers.violations((context) => isHere(this.placement, context)), ...this.policies.violations()];
  }

  /** Where this host takes from others and sends events to, once everything has been registered. */
  addresses(): Pick<Joining, 'listensAt' | 'sendsTo'> {
    const isOurs = ({ context }: { readonly context: string }): boolean => isHere(this.placement, context);
    const at = ({ context, subscription }: SubscriptionInfo): Address => ({
      lane: 'subscription',
      context,
      subscription,
    });
    const lanes = this.placement.here.flatMap((context): readonly Address[] => [
      { lane: 'requests', context },
      { lane: 'queries', context },
    ]);
    return {
      listensAt: [...lanes, ...this.subscriptions().filter(isOurs).map(at)],
      sendsTo: this.subscriptions()
        .filter((info) => info.events.some(isOurs))
        .map(at),
    };
  }

  /**
   * Opens the lanes on which the contexts of this host call one another, and without a transport to others its
   * subscriptions.
   */
  async listenHere(): Promise<void> {
    for (const context of this.placement.here) {
      this.calls.open(context);
      const { between } = this;
      if (between === undefined) continue;
      for (const lane of ['requests', 'queries'] as const) {
        this.lanes.push(
          await between.listen({ lane, context }, (delivery) =>
            this.handBacks.noting(() => this.receiver.onRequest(delivery, context)),
          ),
        );
      }
    }
    if (this.remote === undefined) await this.listenForEvents(this.local);
  }

  /**
   * Starts to take what arrives from other hosts, and every event: with a transport between hosts all of them go
   * through it.
   */
  async listenToOthers(): Promise<void> {
    const { remote } = this;
    if (remote === undefined) return;
    for (const context of this.placement.here) {
      for (const lane of ['requests', 'queries'] as const) {
        this.inbound.push(
          await remote.listen({ lane, context }, (delivery) =>
            this.handBacks.noting(() => this.receiver.onRequest(delivery, context)),
          ),
        );
      }
    }
    await this.listenForEvents(remote);
  }

  /**
   * Takes nothing more from other hosts and hands back what was not started; resolves when what was started is settled,
   * which may take as long as its handlers do. `drain()` waits for it too, so whoever drains need not.
   */
  async stopListeningToOthers(): Promise<void> {
    if (this.remote !== undefined) await this.stopInbound();
  }

  private stopInbound(): Promise<void> {
    this.stopped = Promise.all([this.stopped, ...this.inbound.splice(0).map((listening) => listening.stop())]).then(
      () => undefined,
    );
    return this.stopped;
  }

  private async listenForEvents(transport: Transport): Promise<void> {
    for (const { context, subscription } of this.subscriptions().filter((info) =>
      isHere(this.placement, info.context),
    )) {
      const at: SubscriptionAddress = { lane: 'subscription', context, subscription };
      this.inbound.push(
        await transport.listen(
          at,
          (delivery) => this.handBacks.noting(() => this.receiver.onEvent(delivery, at)),
          this.receiver.setAsideFor(at),
        ),
      );
    }
  }

  /**
   * Takes nothing more and waits for what runs, until the signal aborts. In this order: no more events and no more
   * requests from other hosts; then whatever runs finishes, with every lane of this host still open to the calls that
   * it makes; then those close too.
   */
  async drain(signal: AbortSignal): Promise<void> {
    const finished = (async () => {
      await this.stopInbound();
      await this.receiver.idle(signal);
      this.calls.shut();
      await Promise.all(this.lanes.splice(0).map((listening) => listening.stop()));
    })();
    await Promise.race([finished, whenAborted(signal)]);
  }

  async close(): Promise<void> {
    this.calls.close();
    await Promise.all([this.local.close(), this.remote?.close()]);
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
