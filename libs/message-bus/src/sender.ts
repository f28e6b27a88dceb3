import { randomUUID } from 'node:crypto';
import {
  ContractViolationError, GATEWAY, contractOf, HandlerError, NotDeliveredError, outcomeSchema, servicePrincipal, thrownOfOutcome, type Envelope, type RequestContract,
} from '@isolith/contracts';
import { askUntil } from './asking.js';
import { underDeadline } from './deadline.js';
import { dispatchOptionsOf } from './options.js';
import { isHere, type Placement } from './placement.js';
import { CallInsideUnitError } from './refusals.js';
import { currentScope, type MessageScope } from './scope.js';
import type { Transport } from './transport.js';

export interface SenderParts {
  readonly placement: Placement;
  readonly local: Transport;
  /** Whether local answers are objects that the receiver made a moment ago, by the strict parse of their contract. */
  readonly trustsLocal: boolean;
  readonly remote: Transport | undefined;
  /** How long a sender waits when it says nothing else, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Runs a message of the own context inside the caller's open unit. */
  readonly join: (envelope: Envelope, contract: RequestContract, scope: MessageScope) => Promise<unknown>;
}

/** A bus call from code that handles no message is anonymous: it speaks for nobody and may do what anyone may. */
const anonymous = (): MessageScope => ({ context: GATEWAY, principal: servicePrincipal(GATEWAY), correlationId: randomUUID() });

/** The sending half of the bus: one command or query, from the caller's object to the caller's result. */
export class Sender {
  constructor(private readonly parts: SenderParts) {}

  async send(message: object): Promise<unknown> {
    const contract = contractOf(message);
    if (contract === undefined || contract.kind === 'event') throw new TypeError(`${message.constructor.name} is neither a command nor a query with a contract`);
    const scope = currentScope() ?? anonymous();
    const envelope = this.envelopeOf(message, contract, scope);
    if (scope.unit !== undefined) {
      if (scope.unit.context !== contract.context) throw new CallInsideUnitError(scope.unit.context, contract.name);
      return this.parts.join(envelope, contract, scope);
    }
    return this.dispatch(envelope, contract);
  }

  private envelopeOf(message: object, contract: RequestContract, scope: MessageScope): Envelope {
    const options = dispatchOptionsOf(message);
    if (options.principal !== undefined && options.principal.service !== scope.context) {
      throw new TypeError(`${scope.context} can't send ${contract.name} as ${options.principal.service}`);
    }
    const now = Date.now();
    const ownDeadline = now + (options.timeoutMs ?? this.parts.requestTimeoutMs);
    const { user, roles } = scope.principal;
    return {
      specversion: '1.0',
      id: options.id ?? randomUUID(),
      source: `/${scope.context}`,
      type: contract.name,
      time: new Date(now).toISOString(),
      kind: contract.kind,
      schemaversion: contract.version,
      correlationid: scope.correlationId,
      deadline: Math.min(scope.deadline ?? ownDeadline, ownDeadline),
      principal: options.principal ?? { service: scope.context, roles, ...(user === undefined ? {} : { user }) },
      ...(scope.envelope === undefined ? {} : { causationid: scope.envelope.id }),
      ...(scope.envelope?.traceparent === undefined ? {} : { traceparent: scope.envelope.traceparent }),
      ...(options.revokes === undefined ? {} : { revokes: options.revokes }),
      // The parse is the copy: what the receiver gets shares nothing with what the caller holds.
      data: contract.copyInput(message),
    };
  }

  private async dispatch(envelope: Envelope, contract: RequestContract): Promise<unknown> {
    const here = isHere(this.parts.placement, contract.context);
    const transport = here ? this.parts.local : this.parts.remote;
    if (transport === undefined) throw new NotDeliveredError(`${contract.name} was not sent: ${contract.context} is not here and there is no transport to it`);
    const address = { lane: contract.kind === 'command' ? 'requests' : 'queries', context: contract.context } as const;
    const ask = async (signal: AbortSignal): Promise<unknown> => {
      // One envelope object is one delivery: who handles it may keep something by it.
      const outcome = outcomeSchema.parse((await transport.request({ ...envelope }, address, signal)).data);
      if (outcome.outcome !== 'success') throw readable(contract, () => thrownOfOutcome(contract, outcome));
      // What a trusted answer holds is a copy already; one from the wire is read leniently.
      const copied = here && this.parts.trustsLocal && contract.output !== undefined;
      return copied ? outcome.value : readable(contract, () => contract.readOutput(outcome.value));
    };
    // Asked again, with the same id, while there is time: on the way between hosts anything may get lost, and what a handler
    // meets that passes (a database that is away, too much at once) must mean the same to a caller in every placement.
    return underDeadline(envelope.deadline, (signal) => askUntil(signal, () => ask(signal)));
  }
}

/** An answer that doesn't fit its contract is the answerer's fault, and must not look like the caller's. */
function readable<T>(contract: RequestContract, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContractViolationError) throw new HandlerError(`the answer to ${contract.name} does not fit its contract`, { cause: error });
    throw error;
  }
}
