import {
  ContractViolationError,
  NewerVersionError,
  servicePrincipal,
  UnauthenticatedError,
  type Envelope,
  type Outcome,
  type Principal,
  type RequestContract,
  steadyNow,
  tellable,
} from '@isolith/contracts';
import { answerTo } from '../transport/answer.js';
import type { Handlers, RequestHandler } from './handlers.js';
import { WITHIN_MS } from './event-retry.js';
import { asUnknown, HandedBackError } from '../transport/handed-back.js';
import { neverThrowing } from '../transport/never-throwing.js';
import { noInbox, type Inbox } from './inbox.js';
import { InHand, type NoteStep } from './in-hand.js';
import { handlerOutcome, invoked, refusalOutcome } from './handler-outcome.js';
import { Outages } from '../transport/outages.js';
import { admit, askedFor } from './admission.js';
import type { Ownership } from './owned.js';
import { requireOwnershipAsked } from './ownership.js';
import { Running } from './running.js';
import { runInScope, type MessageScope } from './scope.js';
import { answering, processing } from '../tracing/message-spans.js';
import type { Delivery, SubscriptionAddress, TakeSetAside } from '../transport/transport.js';
import { outcomeLabel, senderOf, timed, type MessageMeter } from '../metering/message-meter.js';
import { UnseenReasons } from './unseen-reasons.js';
import type { Waiting } from '../transport/watched.js';

/**
 * Told of what a caller never sees: the original of an error that crosses as `handler-error`, and the cause of one that
 * may pass.
 */
export type ErrorSink = (message: string, error: unknown, envelope: Envelope) => void;

type Fields = Record<string, unknown>;

/**
 * How a request came: as a wire carries it or from a sender of this host; for the first time or again; under an id that
 * its sender knows to be new or not.
 */
interface Arrival {
  readonly fromWire: boolean;
  readonly redelivered: boolean;
  readonly newId: boolean;
}

/** Who may do nothing. */
const NOBODY: Principal = { service: '', roles: [] };

/** The receiving half of the bus: access, validation, inbox, handler, answer. */
export class Receiver {
  private readonly inboxes = new Map<string, Inbox>();
  private readonly running = new Running();
  private readonly inHand = new InHand();
  private readonly unseen = new UnseenReasons();

  private readonly report: ErrorSink;
  private meter: MessageMeter | undefined;

  constructor(
    private readonly handlers: Handlers,
    report: ErrorSink,
    /** Told of what can't be read here, where there is nobody to hand the message to. */
    private readonly meetsNewer: (context: string, error: NewerVersionError) => void = () => undefined,
    private readonly outages: Pick<Outages, 'told'> = new Outages(),
  ) {
    this.report = neverThrowing(report);
  }

  useInbox(context: string, inbox: Inbox): void {
    this.inboxes.set(context, inbox);
  }

  useMeter(meter: MessageMeter): void {
    this.meter = meter;
  }

  keepsInbox(context: string): boolean {
    return this.inboxes.has(context);
  }

  /**
   * Handles a delivery of a request lane of a context, and answers it. Rejects with a HandedBackError, unanswered, when
   * this host does not know the message or its version, or its handler met what it can't read: a replica of another
   * release may.
   */
  async onRequest(delivery: Delivery, context: string): Promise<void> {
    const { envelope, redelivered } = delivery;
    await delivery.reply(
      answerTo(envelope, await this.outcome(envelope, context, { fromWire: true, redelivered, newId: false })),
    );
  }

  /**
   * Handles a subscription's delivery; rejects when it could not be dealt with, so that it comes again: with a
   * HandedBackError when this host does not know the event or its version, or its handler met what only a newer release
   * can read, and then nothing was counted.
   */
  onEvent({ envelope }: Delivery, at: SubscriptionAddress): Promise<void> {
    const { context, subscription } = at;
    const retry = this.handlers.retry(context, subscription);
    return this.inHand.event(envelope, at, retry.handlerMs ?? WITHIN_MS, (note, step) =>
      this.react(
        envelope,
        at,
        (handle) => this.inboxOf(context).event(envelope, subscription, handle, retry, note),
        step,
      ),
    );
  }

  /** Gives `take` what runs the handler of an event, in the scope in which that runs. */
  async react(
    envelope: Envelope,
    { context, subscription }: SubscriptionAddress,
    take: (handle: () => Promise<void>) => Promise<void>,
    step?: NoteStep,
  ): Promise<void> {
    const scope: MessageScope = {
      context,
      // A reaction acts for its own context. Who caused the event authorises nothing here.
      principal: servicePrincipal(context),
      envelope,
      subscription,
      correlationId: envelope.correlationid,
      ...(step && { step }),
    };
    const handle = async (): Promise<void> => {
      const handler = this.handlers.event(context, subscription, envelope.type);
      if (handler === undefined)
        throw new HandedBackError(context, 'message', `${context}.${subscription} has no handler for ${envelope.type}`);
      const { version } = handler.event.contract;
      if (envelope.schemaversion > version)
        throw new HandedBackError(context, 'version', otherVersion(envelope, version));
      // The inbox may run the handler again; each run gets a copy of its own, untouched by the run before.
      const event = handler.event.restore(handler.event.contract.readStored(envelope.data, envelope.schemaversion));
      await invoked(handler, event).catch((thrown: unknown) => {
        throw thrown instanceof NewerVersionError ? handedBack(context, thrown) : thrown;
      });
    };
    const metered = (): Promise<void> => this.metered(envelope, { to: context, lane: subscription }, handle);
    await processing(
      envelope,
      () => `${context}.${subscription}`,
      () => runInScope(scope, () => take(metered)),
    );
  }

  /** Where what a medium could not deliver to a subscription goes; undefined when its context keeps nothing. */
  setAsideFor({ context, subscription }: SubscriptionAddress): TakeSetAside | undefined {
    const inbox = this.inboxOf(context);
    const setAside = inbox.setAside?.bind(inbox);
    return setAside && ((what) => setAside(what, subscription));
  }

  /**
   * Runs a message of the own context inside the caller's open unit: one transaction, one inbox row, the caller's.
   * Throws a TypeError for one that would revoke a command.
   */
  async join(envelope: Envelope, contract: RequestContract, scope: MessageScope): Promise<unknown> {
    // A unit revokes what the message revokes that it was opened for; what this one revokes would be lost.
    if (envelope.revokes !== undefined)
      throw new TypeError(
        `${envelope.type} can't revoke a command inside an open unit of work of its context; send it with \`revokes\` outside of the unit`,
      );
    const handler = this.handlerHere(envelope, contract);
    const ownership = admit(envelope, contract, steadyNow());
    // What the inbox attempts is the outer message; this one has no outcome of its own.
    const { attempt: _outer, ownership: _of, ...around } = scope;
    const inner: MessageScope = {
      ...around,
      envelope,
      principal: envelope.principal ?? scope.principal,
      ...(ownership && { ownership }),
    };
    const run = async (): Promise<unknown> => {
      const value = await runInScope(inner, () =>
        invoked(handler, handler.message.restore(this.read(envelope, contract, false))),
      );
      requireOwnershipAsked(inner);
      return contract.copyOutput(value);
    };
    return processing(
      envelope,
      () => contract.context,
      () => this.metered(envelope, { to: contract.context, lane: 'unit' }, run),
    );
  }

  /** What the handlers of this host have in hand for longest, by lane and subscription. */
  waiting(): readonly Waiting[] {
    return this.inHand.waiting();
  }

  /** How many messages the handlers of this host have in hand, by lane and subscription. */
  inHandNow(): Readonly<Record<string, number>> {
    return this.inHand.counts();
  }

  /** How many messages they have taken since the start, by lane and subscription. */
  begun(): Readonly<Record<string, number>> {
    return this.inHand.begun();
  }

  /** Resolves when no request runs, or when the signal aborts between two looks. */
  idle(signal: AbortSignal): Promise<void> {
    return this.running.idle(signal);
  }

  /**
   * Runs a request of a lane of a context. Rejects with nothing that a handler or an inbox throws, and with a
   * HandedBackError for what comes `fromWire` and is not known here. Data that is not `fromWire` was validated and
   * copied by its sender.
   */
  outcome(envelope: Envelope, context: string, arrival: Arrival): Promise<Outcome> {
    return answering(
      envelope,
      () => `${context}.${envelope.kind === 'query' ? 'queries' : 'requests'}`,
      () => this.handled(envelope, context, arrival),
    );
  }

  private async handled(
    envelope: Envelope,
    context: string,
    { fromWire, redelivered, newId }: Arrival,
  ): Promise<Outcome> {
    this.running.begin();
    const taken = this.inHand.request(envelope, context);
    let answered: Outcome | undefined;
    let handler: RequestHandler | undefined;
    try {
      let fields: Fields;
      let ownership: Ownership | undefined;
      try {
        handler = this.handlerOf(envelope, context);
        ownership = admit(envelope, handler.message.contract, taken.since);
        fields = this.read(envelope, handler.message.contract, fromWire);
      } catch (refusal) {
        if (refusal instanceof HandedBackError && fromWire) throw refusal;
        answered = refusalOutcome(asUnknown(refusal), redelivered);
        return answered;
      }
      const { contract } = handler.message;
      try {
        const value = await this.run(handler, envelope, fields, { newId, ownership });
        // JSON has no undefined: nothing crosses as null.
        answered = { outcome: 'success', value: contract.copyOutput(value) ?? null };
        return answered;
      } catch (cause) {
        // An answer can throw whatever a handler can, when it is copied.
        const thrown = tellable(cause);
        if (thrown instanceof NewerVersionError) {
          if (fromWire) throw handedBack(contract.context, thrown);
          this.meetsNewer(contract.context, thrown);
        }
        answered = this.outages.told(context, handlerOutcome(contract, thrown));
        if (answered.outcome === 'error' && this.unseen.has(answered.code, thrown, envelope))
          this.report(`${handler.by} failed`, thrown, envelope);
        return answered;
      }
    } finally {
      taken.done();
      this.running.end();
      if (this.meter !== undefined) {
        const lane = envelope.kind === 'query' ? 'queries' : 'requests';
        this.meter.handled(
          { from: senderOf(envelope), to: context, message: handler && envelope.type, lane },
          outcomeLabel(answered),
          (steadyNow() - taken.since) / 1_000,
        );
      }
    }
  }

  /** Counts one run of a handler. */
  private metered<T>(
    envelope: Envelope,
    { to, lane }: { readonly to: string; readonly lane: string },
    run: () => Promise<T>,
  ): Promise<T> {
    if (this.meter === undefined) return run();
    const isKnown = lane === 'unit' || this.handlers.event(to, lane, envelope.type) !== undefined;
    const message = isKnown ? envelope.type : undefined;
    return timed(this.meter, { from: senderOf(envelope), to, message, lane }, run);
  }

  private run(
    handler: RequestHandler,
    envelope: Envelope,
    fields: Fields,
    { newId, ownership }: { readonly newId: boolean; readonly ownership: Ownership | undefined },
  ): Promise<unknown> {
    const { message } = handler;
    const { contract } = message;
    const { principal = NOBODY, correlationid: correlationId, deadline } = envelope;
    const of = { context: contract.context, principal, envelope, correlationId };
    const timed: MessageScope = deadline === undefined ? of : { ...of, deadline };
    const scope: MessageScope = ownership === undefined ? timed : { ...timed, ownership };
    const inbox = contract.kind === 'command' ? this.inboxes.get(contract.context) : undefined;
    // An inbox may run the handler again, a sender may ask again; each run gets a copy of its own, untouched by the run
    // before.
    const fresh = (): object => message.restore(contract.copyValid(fields));
    const invoke = ownership === undefined ? handler.invoke : (asked: object) => askedFor(handler, asked, scope);
    return runInScope(scope, () =>
      inbox === undefined
        ? invoke(fresh())
        : inbox.command(envelope, contract, () => invoked({ invoke }, fresh()), newId),
    );
  }

  private handlerHere(envelope: Envelope, { context }: RequestContract): RequestHandler {
    try {
      return this.handlerOf(envelope, context);
    } catch (error) {
      throw asUnknown(error);
    }
  }

  private handlerOf(envelope: Envelope, context: string): RequestHandler {
    const handler = this.handlers.request(envelope.type);
    // Whoever may write to a lane was let in for its context, not for every context of this host.
    if (handler === undefined ? !envelope.type.startsWith(`${context}.`) : handler.message.contract.context !== context)
      throw new UnauthenticatedError(`${envelope.type} came to a lane of ${context}`);
    if (handler === undefined) throw new HandedBackError(context, 'message', `nobody here handles ${envelope.type}`);
    const { version } = handler.message.contract;
    if (envelope.schemaversion > version)
      throw new HandedBackError(context, 'version', otherVersion(envelope, version));
    return handler;
  }

  /**
   * Data of a local sender is fresh and valid, made by the parse of this very contract. What a sender of an earlier
   * release wrote is read when it fits; when it does not, a replica of that release can.
   */
  private read(envelope: Envelope, { context, version, readInput }: RequestContract, fromWire: boolean): Fields {
    const { data, schemaversion } = envelope;
    if (!fromWire && isFields(data)) return data;
    try {
      return readInput(data);
    } catch (error) {
      if (error instanceof ContractViolationError && schemaversion < version)
        throw new HandedBackError(context, 'version', otherVersion(envelope, version));
      throw error;
    }
  }

  private inboxOf(context: string): Inbox {
    return this.inboxes.get(context) ?? noInbox;
  }
}

const otherVersion = ({ type, schemaversion }: Envelope, version: number): string =>
  `${type} is handled here in version ${version}, not ${schemaversion}`;

/** What a newer release has stored can be read by its hosts. */
const handedBack = (context: string, { message }: NewerVersionError): HandedBackError =>
  new HandedBackError(context, 'newer', message);

const isFields = (data: unknown): data is Fields => typeof data === 'object' && data !== null && !Array.isArray(data);
