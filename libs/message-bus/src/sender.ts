import { randomUUID } from 'node:crypto';
import {
  ContractViolationError,
  GATEWAY,
  contractOf,
  HandlerError,
  NotDeliveredError,
  outcomeSchema,
  servicePrincipal,
  thrownOfOutcome,
  type Envelope,
  type Outcome,
  type Principal,
  type RequestContract,
  steadyNow,
} from '@isolith/contracts';
import { askAgain, askUntil, mayPass } from './asking.js';
import { underDeadline } from './deadline.js';
import { OwedAnswers } from './owed-answers.js';
import { dispatchOptionsOf, hasNewId, type DispatchOptions } from './options.js';
import { LocalCalls } from './local-calls.js';
import { isHere, type Placement } from './placement.js';
import { CallInsideUnitError } from './refusals.js';
import { currentScope, type MessageScope } from './scope.js';
import { timestamp } from './timestamp.js';
import { addressName, type Address, type Transport } from './transport.js';
import type { Waiting } from './watched.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface SenderParts {
  readonly placement: Placement;
  /** To the contexts that run here: by function call, or through a transport that stands between them. */
  readonly local: LocalCalls | Transport;
  readonly remote: Transport | undefined;
  /** How long a sender waits when it says nothing else, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Runs a message of the own context inside the caller's open unit. */
  readonly join: (envelope: Envelope, contract: RequestContract, scope: MessageScope) => Promise<unknown>;
}

/** A bus call from code that handles no message is anonymous: it speaks for nobody and may do what anyone may. */
const anonymous = (): MessageScope => ({
  context: GATEWAY,
  principal: servicePrincipal(GATEWAY),
  correlationId: randomUUID(),
});

/** The sending half of the bus: one command or query, from the caller's object to the caller's result. */
export class Sender {
  private readonly owed = new OwedAnswers();

  constructor(private readonly parts: SenderParts) {}

  /** Lanes of other hosts that give no answers. */
  waiting(): readonly Waiting[] {
    return this.owed.waiting();
  }

  async send(message: object): Promise<unknown> {
    const contract = contractOf(message);
    if (contract === undefined || contract.kind === 'event')
      throw new TypeError(`${message.constructor.name} is neither a command nor a query with a contract`);
    const scope = currentScope() ?? anonymous();
    const options = dispatchOptionsOf(message);
    const envelope = this.envelopeOf(message, contract, scope, options);
    if (scope.unit !== undefined) {
      if (scope.unit.context !== contract.context) throw new CallInsideUnitError(scope.unit.context, contract.name);
      return this.parts.join(envelope, contract, scope);
    }
    return this.dispatch(envelope, contract, hasNewId(options));
  }

  private envelopeOf(
    message: object,
    contract: RequestContract,
    scope: MessageScope,
    options: DispatchOptions,
  ): Envelope {
    if (options.principal !== undefined && options.principal.service !== scope.context) {
      throw new TypeError(`${scope.context} can't send ${contract.name} as ${options.principal.service}`);
    }
    const ownDeadline = steadyNow() + (options.timeoutMs ?? this.parts.requestTimeoutMs);
    // Field by field: spreading what may be absent takes longer than the rest of it.
    const envelope: Mutable<Envelope> = {
      specversion: '1.0',
      id: options.id ?? randomUUID(),
      source: `/${scope.context}`,
      type: contract.name,
      time: timestamp(Date.now()),
      kind: contract.kind,
      schemaversion: contract.version,
      correlationid: scope.correlationId,
      deadline: Math.min(scope.deadline ?? ownDeadline, ownDeadline),
      principal: options.principal ?? speakingFor(scope.context, scope.principal),
      // The parse is the copy: what the receiver gets shares nothing with what the caller holds.
      data: contract.copyInput(message),
    };
    const { envelope: cause } = scope;
    if (cause !== undefined) envelope.causationid = cause.id;
    if (cause?.traceparent !== undefined) envelope.traceparent = cause.traceparent;
    if (options.revokes !== undefined) envelope.revokes = options.revokes;
    if (options.byId === true) envelope.byid = true;
    return envelope;
  }

  private dispatch(envelope: Envelope, contract: RequestContract, newId: boolean): Promise<unknown> {
    const { placement, local, remote } = this.parts;
    const here = isHere(placement, contract.context);
    if (here && local instanceof LocalCalls) return this.call(local, envelope, contract, newId);
    const transport = here ? local : remote;
    if (transport === undefined || transport instanceof LocalCalls)
      throw new NotDeliveredError(
        `${contract.name} was not sent: ${contract.context} is not here and there is no transport to it`,
      );
    // Asked again, with the same id, while there is time: on the way between hosts anything may get lost, and what a handler
    // meets that passes (a database that is away, too much at once) must mean the same to a caller in every placement.
    return underDeadline(envelope.deadline, (signal) => {
      const cross = (): Promise<unknown> => this.cross(transport, envelope, contract, signal);
      if (here) return askUntil(signal, cross);
      const lane = addressName(addressOf(contract));
      return askUntil(signal, () => this.owed.attempt(lane, contract.context, cross));
    });
  }

  /** By function call. The outcome is a copy already, made by the strict parse of its contract a moment ago. Only the first attempt can have a new id. */
  private async call(
    calls: LocalCalls,
    envelope: Envelope,
    contract: RequestContract,
    newId: boolean,
  ): Promise<unknown> {
    try {
      return answerOf(await calls.ask(envelope, contract, newId), contract);
    } catch (error) {
      if (!mayPass(error)) throw error;
      // One envelope object is one delivery: who handles it may keep something by it.
      const ask = async (): Promise<unknown> => answerOf(await calls.ask({ ...envelope }, contract), contract);
      return underDeadline(envelope.deadline, (signal) => askAgain(signal, ask, error));
    }
  }

  /** One attempt through a medium. What comes back is read leniently: another version may have written it. */
  private async cross(
    transport: Transport,
    envelope: Envelope,
    contract: RequestContract,
    signal: AbortSignal,
  ): Promise<unknown> {
    const outcome = outcomeSchema.parse((await transport.request({ ...envelope }, addressOf(contract), signal)).data);
    if (outcome.outcome !== 'success') throw readable(contract, () => thrownOfOutcome(contract, outcome));
    return readable(contract, () => contract.readOutput(outcome.value));
  }
}

const addressOf = ({ kind, context }: RequestContract): Address => ({
  lane: kind === 'command' ? 'requests' : 'queries',
  context,
});

/** A context speaks for the user whose message it handles. */
const speakingFor = (service: string, { user, roles }: Principal): Principal =>
  user === undefined ? { service, roles } : { service, roles, user };

function answerOf(outcome: Outcome, contract: RequestContract): unknown {
  if (outcome.outcome !== 'success') throw readable(contract, () => thrownOfOutcome(contract, outcome));
  return contract.output === undefined ? undefined : outcome.value;
}

/** An answer that doesn't fit its contract is the answerer's fault, and must not look like the caller's. */
function readable<T>(contract: RequestContract, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContractViolationError)
      throw new HandlerError(`the answer to ${contract.name} does not fit its contract`, { cause: error });
    throw error;
  }
}
