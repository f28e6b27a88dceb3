import {
  checkAccess,
  ContractViolationError,
  ForbiddenError,
  NotDeliveredError,
  servicePrincipal,
  UnauthenticatedError,
  type Envelope,
  type Outcome,
  type Principal,
  type RequestContract,
  steadyNow,
  tellable,
} from '@isolith/contracts';
import { answerTo } from './answer.js';
import type { Handlers, RequestHandler } from './handlers.js';
import { WITHIN_MS } from './event-retry.js';
import { asUnknown, HandedBackError } from './handed-back.js';
import { neverThrowing } from './never-throwing.js';
import { noInbox, type Inbox } from './inbox.js';
import { InHand } from './in-hand.js';
import { handlerOutcome, invoked, refusalOutcome } from './handler-outcome.js';
import { Running } from './running.js';
import { runInScope, type MessageScope } from './scope.js';
import type { Delivery, SubscriptionAddress, TakeSetAside } from './transport.js';
import { UnseenReasons } from './unseen-reasons.js';
import type { Waiting } from './watched.js';

/** Told of what a caller never sees: the original of an error that crosses as `handler-error`, and the cause of one that may pass. */
export type ErrorSink = (message: string, error: unknown, envelope: Envelope) => void;

type Fields = Record<string, unknown>;

/** How a request came: as a wire carries it or from a sender of this host; for the first time or again; under an id that its sender knows to be new or not. */
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

  constructor(
    private readonly handlers: Handlers,
    report: ErrorSink,
  ) {
    this.report = neverThrowing(report);
  }

  useInbox(context: string, inbox: Inbox): void {
    this.inboxes.set(context, inbox);
  }

  /**
   * Handles a delivery of a request lane of a context, and answers it. Rejects with a HandedBackError, unanswered, when this host
   * does not know the message or its version: a replica of another release may.
   */
  async onRequest(delivery: Delivery, context: string): Promise<void> {
    const { envelope, redelivered } = delivery;
    await delivery.reply(
      answerTo(envelope, await this.outcome(envelope, context, { fromWire: true, redelivered, newId: false })),
    );
  }

  /**
   * Handles a subscription's delivery; rejects when it could not be dealt with, so that it comes again: with a HandedBackError
   * when this host does not know the event or its version, and then nothing was counted.
   */
  onEvent({ envelope }: Delivery, at: SubscriptionAddress): Promise<void> {
    const { context, subscription } = at;
    const retry = this.handlers.retry(context, subscription);
    return this.inHand.event(envelope, at, retry.handlerMs ?? WITHIN_MS, (note) =>
      this.react(envelope, at, (handle) => this.inboxOf(context).event(envelope, subscription, handle, retry, note)),
    );
  }

  /** Gives `take` what runs the handler of an event, in the scope in which that runs. */
  async react(
    envelope: Envelope,
    { context, subscription }: SubscriptionAddress,
    take: (handle: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const scope: MessageScope = {
      context,
      // A reaction acts for its own context. Who caused the event authorises nothing here.
      principal: servicePrincipal(context),
      envelope,
      subscription,
      correlationId: envelope.correlationid,
    };
    const handle = async (): Promise<void> => {
      const handler = this.handlers.event(context, subscription, envelope.type);
      if (handler === undefined)
        throw new HandedBackError(context, 'message', `${context}.${subscription} has no handler for ${envelope.type}`);
      const { version } = handler.event.contract;
      if (envelope.schemaversion > version)
        throw new HandedBackError(context, 'version', otherVersion(envelope, version));
      // The inbox may run the handler again; each run gets a copy of its own, untouched by the run before.
      const event = handler.event.restore(handler.event.contract.readInput(envelope.data));
      await invoked(handler, event);
    };
    await runInScope(scope, () => take(handle));
  }

  /** Where what a medium could not deliver to a subscription goes; undefined when its context keeps nothing. */
  setAsideFor({ context, subscription }: SubscriptionAddress): TakeSetAside | undefined {
    const inbox = this.inboxOf(context);
    const setAside = inbox.setAside?.bind(inbox);
    return setAside && ((what) => setAside(what, subscription));
  }

  /**
   * Runs a message of the own context inside the caller's open unit: one transaction, one inbox row, the caller's. Throws a
   * TypeError for one that would revoke a command.
   */
  async join(envelope: Envelope, contract: RequestContract, scope: MessageScope): Promise<unknown> {
    // A unit revokes what the message revokes that it was opened for; what this one revokes would be lost.
    if (envelope.revokes !== undefined)
      throw new TypeError(
        `${envelope.type} can't revoke a command inside an open unit of work of its context; send it with \`revokes\` outside of the unit`,
      );
    const handler = this.handlerHere(envelope, contract);
    this.admit(envelope, contract);
    // What the inbox attempts is the outer message; this one has no outcome of its own.
    const { attempt: _outer, ...around } = scope;
    const value = await runInScope({ ...around, envelope, principal: envelope.principal ?? scope.principal }, () =>
      invoked(handler, handler.message.restore(this.read(envelope, contract, false))),
    );
    return contract.copyOutput(value);
  }

  /** What the handlers of this host have in hand for longest, by lane and subscription. */
  waiting(): readonly Waiting[] {
    return this.inHand.waiting();
  }

  /** Resolves when no request runs, or when the signal aborts between two looks. */
  idle(signal: AbortSignal): Promise<void> {
    return this.running.idle(signal);
  }

  /**
   * Runs a request of a lane of a context. Rejects with nothing that a handler or an inbox throws, and with a HandedBackError for
   * what comes `fromWire` and is not known here. Data that is not `fromWire` was validated and copied by its sender.
   */
  async outcome(envelope: Envelope, context: string, { fromWire, redelivered, newId }: Arrival): Promise<Outcome> {
    this.running.begin();
    const taken = this.inHand.request(envelope, context);
    try {
      let handler: RequestHandler;
      let fields: Fields;
      try {
        handler = this.handlerOf(envelope, context);
        this.admit(envelope, handler.message.contract);
        fields = this.read(envelope, handler.message.contract, fromWire);
      } catch (refusal) {
        if (refusal instanceof HandedBackError && fromWire) throw refusal;
        return refusalOutcome(asUnknown(refusal), redelivered);
      }
      const { contract } = handler.message;
      try {
        const value = await this.run(handler, envelope, fields, newId);
        // JSON has no undefined: nothing crosses as null.
        return { outcome: 'success', value: contract.copyOutput(value) ?? null };
      } catch (cause) {
        // An answer can throw whatever a handler can, when it is copied.
        const thrown = tellable(cause);
        const outcome = handlerOutcome(contract, thrown);
        if (outcome.outcome === 'error' && this.unseen.has(outcome.code, thrown, envelope))
          this.report(`${handler.by} failed`, thrown, envelope);
        return outcome;
      }
    } finally {
      taken.done();
      this.running.end();
    }
  }

  private run(handler: RequestHandler, envelope: Envelope, fields: Fields, newId: boolean): Promise<unknown> {
    const { message } = handler;
    const { contract } = message;
    const { principal = NOBODY, correlationid: correlationId, deadline } = envelope;
    const of = { context: contract.context, principal, envelope, correlationId };
    const scope: MessageScope = deadline === undefined ? of : { ...of, deadline };
    const inbox = contract.kind === 'command' ? this.inboxes.get(contract.context) : undefined;
    // An inbox may run the handler again, a sender may ask again; each run gets a copy of its own, untouched by the run before.
    const handle = (): Promise<unknown> => invoked(handler, message.restore(contract.copyValid(fields)));
    return runInScope(scope, () => (inbox === undefined ? handle() : inbox.command(envelope, contract, handle, newId)));
  }

  private admit(envelope: Envelope, contract: RequestContract): void {
    if (envelope.deadline !== undefined && envelope.deadline <= steadyNow()) {
      throw new NotDeliveredError(`${envelope.type} arrived after its deadline and did not run`);
    }
    const verdict = envelope.principal === undefined ? 'forbidden' : checkAccess(contract.access, envelope.principal);
    if (verdict === 'unauthenticated') throw new UnauthenticatedError(`${envelope.type} needs a signed-in user`);
    if (verdict === 'forbidden') throw new ForbiddenError(`${envelope.type} is not for this sender`);
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
   * Data of a local sender is fresh and valid, made by the parse of this very contract. What a sender of an earlier release wrote
   * is read when it fits; when it does not, a replica of that release can.
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

const isFields = (data: unknown): data is Fields => typeof data === 'object' && data !== null && !Array.isArray(data);
