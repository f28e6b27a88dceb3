import {
  checkAccess,
  ContractViolationError,
  ForbiddenError,
  HandlerError,
  NotDeliveredError,
  outcomeOfThrown,
  servicePrincipal,
  UnauthenticatedError,
  UnknownMessageError,
  type Envelope,
  type Outcome,
  type Principal,
  type RequestContract,
} from '@isolith/contracts';
import { answerTo } from './answer.js';
import type { Handlers, RequestHandler } from './handlers.js';
import { noInbox, type Inbox } from './inbox.js';
import { refusalOf } from './refusal-of.js';
import { Running } from './running.js';
import { runInScope, type MessageScope } from './scope.js';
import type { Delivery, SubscriptionAddress, TakeSetAside } from './transport.js';
import { UnseenReasons } from './unseen-reasons.js';

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
  private readonly unseen = new UnseenReasons();

  constructor(
    private readonly handlers: Handlers,
    private readonly report: ErrorSink,
  ) {}

  useInbox(context: string, inbox: Inbox): void {
    this.inboxes.set(context, inbox);
  }

  /** Handles a delivery of a request lane of a context; always answers. `fromWire` data is validated here, local data was by its sender. */
  async onRequest(delivery: Delivery, context: string, fromWire: boolean): Promise<void> {
    await delivery.reply(
      answerTo(
        delivery.envelope,
        await this.outcome(delivery.envelope, context, { fromWire, redelivered: delivery.redelivered, newId: false }),
      ),
    );
  }

  /** Handles a subscription's delivery; rejects when it could not be dealt with, so that it comes again. */
  onEvent({ envelope }: Delivery, at: SubscriptionAddress): Promise<void> {
    const { context, subscription } = at;
    const retry = this.handlers.retry(context, subscription);
    return this.react(envelope, at, (handle) => this.inboxOf(context).event(envelope, subscription, handle, retry));
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
      // A type that nobody here knows may be known after the next release: until then it is as an event whose handler fails.
      const handler = this.handlers.event(context, subscription, envelope.type);
      if (handler === undefined)
        throw new UnknownMessageError(`${context}.${subscription} has no handler for ${envelope.type}`);
      // The inbox may run the handler again; each run gets a copy of its own, untouched by the run before.
      await handler.invoke(handler.event.restore(handler.event.contract.readInput(envelope.data)));
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
    const handler = this.handlerOf(envelope);
    this.admit(envelope, contract);
    const value = await runInScope({ ...scope, envelope, principal: envelope.principal ?? scope.principal }, () =>
      handler.invoke(handler.message.restore(this.read(envelope, contract, false))),
    );
    return contract.copyOutput(value);
  }

  /** Resolves when no request runs, or when the signal aborts between two looks. */
  idle(signal: AbortSignal): Promise<void> {
    return this.running.idle(signal);
  }

  /**
   * Runs a request of a lane of a context. Rejects with nothing that a handler or an inbox throws. Data that is not `fromWire`
   * was validated and copied by its sender.
   */
  async outcome(envelope: Envelope, context: string, { fromWire, redelivered, newId }: Arrival): Promise<Outcome> {
    this.running.begin();
    try {
      let handler: RequestHandler;
      let fields: Fields;
      try {
        handler = this.handlerOf(envelope);
        // Whoever may write to this lane was let in for its context, not for every context of this host.
        if (handler.message.contract.context !== context)
          throw new UnauthenticatedError(`${envelope.type} came to a lane of ${context}`);
        this.admit(envelope, handler.message.contract);
        fields = this.read(envelope, handler.message.contract, fromWire);
      } catch (refusal) {
        return refusalOutcome(refusal, redelivered);
      }
      const { contract } = handler.message;
      try {
        const value = await this.run(handler, envelope, fields, newId);
        // JSON has no undefined: nothing crosses as null.
        return { outcome: 'success', value: contract.copyOutput(value) ?? null };
      } catch (thrown) {
        const outcome = handlerOutcome(contract, thrown);
        if (outcome.outcome === 'error' && this.unseen.has(outcome.code, thrown, envelope))
          this.report(`${handler.by} failed`, thrown, envelope);
        return outcome;
      }
    } finally {
      this.running.end();
    }
  }

  private run(
    { message, invoke }: RequestHandler,
    envelope: Envelope,
    fields: Fields,
    newId: boolean,
  ): Promise<unknown> {
    const { contract } = message;
    const { principal = NOBODY, correlationid: correlationId, deadline } = envelope;
    const of = { context: contract.context, principal, envelope, correlationId };
    const scope: MessageScope = deadline === undefined ? of : { ...of, deadline };
    const inbox = contract.kind === 'command' ? this.inboxes.get(contract.context) : undefined;
    // An inbox may run the handler again, a sender may ask again; each run gets a copy of its own, untouched by the run before.
    const handle = (): Promise<unknown> => invoke(message.restore(contract.copyValid(fields)));
    return runInScope(scope, () => (inbox === undefined ? handle() : inbox.command(envelope, contract, handle, newId)));
  }

  private admit(envelope: Envelope, contract: RequestContract): void {
    if (envelope.deadline !== undefined && envelope.deadline <= Date.now()) {
      throw new NotDeliveredError(`${envelope.type} arrived after its deadline and did not run`);
    }
    const verdict = envelope.principal === undefined ? 'forbidden' : checkAccess(contract.access, envelope.principal);
    if (verdict === 'unauthenticated') throw new UnauthenticatedError(`${envelope.type} needs a signed-in user`);
    if (verdict === 'forbidden') throw new ForbiddenError(`${envelope.type} is not for this sender`);
  }

  private handlerOf(envelope: Envelope): RequestHandler {
    const handler = this.handlers.request(envelope.type);
    if (handler === undefined) throw new UnknownMessageError(`nobody here handles ${envelope.type}`);
    const { version } = handler.message.contract;
    if (envelope.schemaversion !== version)
      throw new UnknownMessageError(`${envelope.type} is handled in version ${version}, not ${envelope.schemaversion}`);
    return handler;
  }

  /** Data of a local sender is fresh and valid, made by the parse of this very contract. */
  private read({ data }: Envelope, contract: RequestContract, fromWire: boolean): Fields {
    return !fromWire && isFields(data) ? data : contract.readInput(data);
  }

  private inboxOf(context: string): Inbox {
    return this.inboxes.get(context) ?? noInbox;
  }
}

const isFields = (data: unknown): data is Fields => typeof data === 'object' && data !== null && !Array.isArray(data);

/** What a handler threw, as its caller sees it. */
function handlerOutcome(contract: RequestContract, thrown: unknown): Outcome {
  try {
    // A violation here is one of the handler's own calls or its own answer: the caller's input was fine.
    if (!(thrown instanceof ContractViolationError)) return outcomeOfThrown(contract, thrown);
  } catch (misfit) {
    // The failure's own data doesn't fit its declaration: it can't cross as what it claims to be.
    if (!(misfit instanceof ContractViolationError)) throw misfit;
  }
  return outcomeOfThrown(contract, new HandlerError(`the handler of ${contract.name} failed`));
}

/** A refusal before the handler: it is the caller's to see as it is, unless another host may know better. */
function refusalOutcome(refusal: unknown, redelivered: boolean): Outcome {
  if (
    refusal instanceof ContractViolationError ||
    refusal instanceof UnknownMessageError ||
    refusal instanceof NotDeliveredError
  )
    return refusalOf(refusal, redelivered);
  // The same sender was refused before, too.
  if (refusal instanceof UnauthenticatedError || refusal instanceof ForbiddenError) return refusalOf(refusal, false);
  throw refusal;
}
