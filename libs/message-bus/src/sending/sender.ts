import { randomUUID } from 'node:crypto';
import {
  ContractViolationError,
  GATEWAY,
  contractOf,
  delegatePrincipal,
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
import { underPolicy, type AttemptLimits, type CallPolicies } from './call-policy.js';
import { CallsUnderWay } from './calls-under-way.js';
import { underDeadline } from './deadline.js';
import { OwedAnswers } from './owed-answers.js';
import { dispatchOptionsOf, hasNewId, type DispatchOptions } from './options.js';
import { LocalCalls } from './local-calls.js';
import { isHere, type Placement } from './placement.js';
import type { Outages } from '../transport/outages.js';
import { CallInsideUnitError } from '../receiving/refusals.js';
import { currentScope, type MessageScope } from '../receiving/scope.js';
import { senderOf, unansweredLabel, type MessageMeter } from '../metering/message-meter.js';
import { sending } from '../tracing/message-spans.js';
import { timestamp } from '../transport/timestamp.js';
import { addressName, type Address, type Transport } from '../transport/transport.js';
import type { Waiting } from '../transport/watched.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface SenderParts {
  readonly placement: Placement;
  /** To the contexts that run here: by function call, or through a transport that stands between them. */
  readonly local: LocalCalls | Transport;
  readonly remote: Transport | undefined;
  /** How long a sender waits when it says nothing else, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly outages: Pick<Outages, 'requireTaker'>;
  /** What stands between contexts of this host and what they send to others. */
  readonly policies: CallPolicies;
  /** Runs a message of the own context inside the caller's open unit. */
  readonly join: (envelope: Envelope, contract: RequestContract, scope: MessageScope) => Promise<unknown>;
}

/**
 * Which calls are asked once more beside themselves: queries, and commands where they are known to have their effect
 * once.
 */
export interface AskedBeside {
  /**
   * Each host that may take them keeps an inbox; without one, a command that is slow and not lost has its effect twice.
   */
  readonly commands: boolean;
}

/** What a policy says of one attempt: `once` when it repeats itself. */
interface AttemptOptions extends Pick<AttemptLimits, 'signal'> {
  readonly once: boolean;
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
  private readonly underWay = new CallsUnderWay();
  private meter: MessageMeter | undefined;

  constructor(private readonly parts: SenderParts) {}

  useMeter(meter: MessageMeter): void {
    this.meter = meter;
  }

  /** Lanes of other hosts that give no answers. */
  waiting(): readonly Waiting[] {
    return this.owed.waiting();
  }

  /** A replica of a context elsewhere has fallen silent: what it may have been given is asked of others, too. */
  askBeside(context: string, { commands }: AskedBeside): void {
    this.underWay.askBeside(addressName({ lane: 'queries', context }));
    if (commands) this.underWay.askBeside(addressName({ lane: 'requests', context }));
  }

  /** Not an async function: the promise of one would have to wait for the promise that is returned. */
  send(message: object): Promise<unknown> {
    try {
      return this.sent(message);
    } catch (refusal) {
      return Promise.reject(refusal);
    }
  }

  private sent(message: object): Promise<unknown> {
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
    const policy = this.parts.policies.of(scope.context, contract);
    const newId = hasNewId(options);
    return sending(
      'send',
      envelope,
      () => addressName(addressOf(contract)),
      (sent) => {
        if (policy === undefined) return this.dispatch(sent, contract, newId);
        const answer = underPolicy(policy, sent, ({ signal, deadline = sent.deadline }, isFirst) => {
          const limited = deadline === undefined ? sent : { ...sent, deadline };
          return this.dispatch(limited, contract, newId && isFirst, { signal, once: policy.repeats });
        });
        return this.watched(answer, sent, contract);
      },
    );
  }

  /** Beside the caller's own way to the answer, which is not to wait for it. */
  private watched(answer: Promise<unknown>, sent: Envelope, contract: RequestContract): Promise<unknown> {
    if (this.meter !== undefined) answer.catch((error: unknown) => this.count(error, sent, contract));
    return answer;
  }

  private count(error: unknown, sent: Envelope, contract: RequestContract): void {
    const outcome = this.meter && unansweredLabel(error);
    if (outcome === undefined) return;
    const { context: to, name: message } = contract;
    this.meter?.unanswered({ from: senderOf(sent), to, message, lane: addressOf(contract).lane }, outcome);
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
    const traceparent = cause?.traceparent ?? scope.traceparent;
    if (traceparent !== undefined) envelope.traceparent = traceparent;
    if (options.revokes !== undefined) envelope.revokes = options.revokes;
    if (options.byId === true) envelope.byid = true;
    return envelope;
  }

  private dispatch(
    envelope: Envelope,
    contract: RequestContract,
    newId: boolean,
    attempt?: AttemptOptions,
  ): Promise<unknown> {
    const { placement, local, remote } = this.parts;
    const here = isHere(placement, contract.context);
    if (here && local instanceof LocalCalls) return this.call(local, envelope, contract, newId, attempt);
    const transport = here ? local : remote;
    const answer =
      transport === undefined || transport instanceof LocalCalls
        ? Promise.reject(noWayTo(contract))
        : this.ask(transport, envelope, contract, attempt);
    return attempt === undefined ? this.watched(answer, envelope, contract) : answer;
  }

  private ask(
    transport: Transport,
    envelope: Envelope,
    contract: RequestContract,
    attempt?: AttemptOptions,
  ): Promise<unknown> {
    const { placement, outages } = this.parts;
    // Asked again, with the same id, while there is time: on the way between hosts anything may get lost, and what a
    // handler meets that passes (a database that is away, too much at once) must mean the same to a caller in every
    // placement.
    return underDeadline(
      envelope.deadline,
      (signal, giveUpRest) => {
        const cross = (): Promise<unknown> => this.cross(transport, envelope, contract, signal);
        const lane = addressName(addressOf(contract));
        const elsewhere = (): Promise<unknown> =>
          this.underWay.ask(
            lane,
            () =>
              this.owed.attempt(lane, contract.context, async () => {
                outages.requireTaker(contract.context, contract.name);
                return cross();
              }),
            giveUpRest,
          );
        const ask = isHere(placement, contract.context) ? cross : elsewhere;
        return attempt?.once === true ? ask() : askUntil(signal, ask);
      },
      attempt?.signal,
    );
  }

  /**
   * By function call. The outcome is a copy already, made by the strict parse of its contract a moment ago. Only the
   * first attempt can have a new id.
   */
  private async call(
    calls: LocalCalls,
    envelope: Envelope,
    contract: RequestContract,
    newId: boolean,
    attempt?: AttemptOptions,
  ): Promise<unknown> {
    try {
      return answerOf(await calls.ask(envelope, contract, newId), contract);
    } catch (error) {
      const answer =
        mayPass(error) && attempt?.once !== true
          ? this.callAgain(calls, envelope, contract, error, attempt)
          : Promise.reject(error);
      // Here and not for each call: what went well needs no second look, which would take a tenth of it.
      return attempt === undefined ? this.watched(answer, envelope, contract) : answer;
    }
  }

  private callAgain(
    calls: LocalCalls,
    envelope: Envelope,
    contract: RequestContract,
    first: unknown,
    attempt?: AttemptOptions,
  ): Promise<unknown> {
    // One envelope object is one delivery: who handles it may keep something by it.
    const ask = async (): Promise<unknown> => answerOf(await calls.ask({ ...envelope }, contract), contract);
    return underDeadline(envelope.deadline, (signal) => askAgain(signal, ask, first), attempt?.signal);
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

const noWayTo = ({ name, context }: RequestContract): NotDeliveredError =>
  new NotDeliveredError(`${name} was not sent: ${context} is not here and there is no transport to it`);

const addressOf = ({ kind, context }: RequestContract): Address => ({
  lane: kind === 'command' ? 'requests' : 'queries',
  context,
});

/**
 * A context speaks for the user whose message it handles. A delegate stays one while its own context runs; another
 * context that handles its message decides by itself what it sends on, and is no delegate.
 */
function speakingFor(service: string, { user, roles, delegate, service: sender }: Principal): Principal {
  if (delegate !== undefined && sender === service) return delegatePrincipal(service, { user, roles });
  return user === undefined ? { service, roles } : { service, roles, user };
}

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
