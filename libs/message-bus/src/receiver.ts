import {
  checkAccess, ContractViolationError, ForbiddenError, HandlerError, NotDeliveredError, outcomeOfThrown,
  servicePrincipal, UnauthenticatedError, UnknownMessageError, type Envelope, type Outcome, type RequestContract,
} from '@isolith/contracts';
import { answerTo } from './answer.js';
import type { Handlers, RequestHandler } from './handlers.js';
import { noInbox, type Inbox } from './inbox.js';
import { runInScope, type MessageScope } from './scope.js';
import type { Delivery, SubscriptionAddress } from './transport.js';

/** Told of what a caller never sees: the original of an error that crosses as `handler-error`. */
export type ErrorSink = (message: string, error: unknown, envelope: Envelope) => void;

/** The receiving half of the bus: access, validation, inbox, handler, answer. */
export class Receiver {
  private readonly inboxes = new Map<string, Inbox>();
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly handlers: Handlers,
    private readonly report: ErrorSink,
  ) {}

  useInbox(context: string, inbox: Inbox): void {
    this.inboxes.set(context, inbox);
  }

  /** Handles a request lane's delivery; always answers. `fromWire` data is validated here, local data was by its sender. */
  async onRequest(delivery: Delivery, fromWire: boolean): Promise<void> {
    const { envelope } = delivery;
    const outcome = await this.track(this.outcomeOf(envelope, fromWire));
    await delivery.reply(answerTo(envelope, outcome));
  }

  /** Handles a subscription's delivery; rejects when the handler did, so that it comes again. */
  async onEvent(delivery: Delivery, { context, subscription }: SubscriptionAddress): Promise<void> {
    const { envelope } = delivery;
    const handler = this.handlers.event(context, subscription, envelope.type);
    if (handler === undefined) throw new UnknownMessageError(`${context}.${subscription} has no handler for ${envelope.type}`);
    const scope: MessageScope = {
      context,
      // A reaction acts for its own context. Who caused the event authorises nothing here.
      principal: servicePrincipal(context),
      envelope,
      subscription,
      correlationId: envelope.correlationid,
    };
    // The inbox may run the handler again; each run gets a copy of its own, untouched by the run before.
    const handle = async (): Promise<void> => void (await handler.invoke(handler.event.restore(handler.event.contract.readInput(envelope.data))));
    await runInScope(scope, () => this.inboxOf(context).event(envelope, subscription, handle));
  }

  /** Runs a message of the own context inside the caller's open unit: one transaction, one inbox row, the caller's. */
  async join(envelope: Envelope, contract: RequestContract, scope: MessageScope): Promise<unknown> {
    const handler = this.handlerOf(envelope);
    this.admit(envelope, contract);
    const value = await runInScope({ ...scope, envelope, principal: envelope.principal ?? scope.principal }, () => handler.invoke(handler.message.restore(this.read(envelope, contract))));
    return contract.copyOutput(value);
  }

  /** Resolves when nothing runs, or when the signal aborts between two looks. */
  async idle(signal: AbortSignal): Promise<void> {
    // What finishes may have started something else meanwhile, so look again until there is nothing.
    while (this.running.size > 0 && !signal.aborted) await Promise.allSettled(this.running);
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    try {
      return await work;
    } finally {
      this.running.delete(work);
    }
  }

  private async outcomeOf(envelope: Envelope, fromWire: boolean): Promise<Outcome> {
    let handler: RequestHandler;
    let fields: Record<string, unknown>;
    try {
      handler = this.handlerOf(envelope);
      this.admit(envelope, handler.message.contract);
      fields = fromWire ? handler.message.contract.readInput(envelope.data) : this.read(envelope, handler.message.contract);
    } catch (refusal) {
      return refusalOutcome(refusal);
    }
    const { contract } = handler.message;
    try {
      const value = await this.run(handler, envelope, fields);
      // JSON has no undefined: nothing crosses as null.
      return { outcome: 'success', value: contract.copyOutput(value) ?? null };
    } catch (thrown) {
      const outcome = handlerOutcome(contract, thrown);
      if (outcome.outcome === 'error' && outcome.code === 'handler-error') this.report(`${handler.by} failed`, thrown, envelope);
      return outcome;
    }
  }

  private run(handler: RequestHandler, envelope: Envelope, fields: Record<string, unknown>): Promise<unknown> {
    const { contract } = handler.message;
    const scope: MessageScope = {
      context: contract.context,
      principal: envelope.principal ?? { service: '', roles: [] },
      envelope,
      correlationId: envelope.correlationid,
      ...(envelope.deadline === undefined ? {} : { deadline: envelope.deadline }),
    };
    const inbox = contract.kind === 'command' ? this.inboxes.get(contract.context) : undefined;
    if (inbox === undefined) return runInScope(scope, () => handler.invoke(handler.message.restore(fields)));
    // The inbox may run the handler again; each run gets a copy of its own, untouched by the run before.
    const handle = (): Promise<unknown> => handler.invoke(handler.message.restore(contract.readInput(envelope.data)));
    return runInScope(scope, () => inbox.command(envelope, contract, handle));
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
    if (envelope.schemaversion !== version) throw new UnknownMessageError(`${envelope.type} is handled in version ${version}, not ${envelope.schemaversion}`);
    return handler;
  }

  /** Data of a local sender: fresh and valid, made by the parse of this very contract. */
  private read(envelope: Envelope, contract: RequestContract): Record<string, unknown> {
    return isFields(envelope.data) ? envelope.data : contract.readInput(envelope.data);
  }

  private inboxOf(context: string): Inbox {
    return this.inboxes.get(context) ?? noInbox;
  }
}

const isFields = (data: unknown): data is Record<string, unknown> => typeof data === 'object' && data !== null && !Array.isArray(data);

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

/** A refusal before the handler: it is the caller's to see as it is. */
function refusalOutcome(refusal: unknown): Outcome {
  if (refusal instanceof ContractViolationError) return { outcome: 'error', code: refusal.code, detail: refusal.message, problems: refusal.problems };
  if (refusal instanceof UnknownMessageError || refusal instanceof NotDeliveredError || refusal instanceof UnauthenticatedError || refusal instanceof ForbiddenError) {
    return { outcome: 'error', code: refusal.code, detail: refusal.message };
  }
  throw refusal;
}
