import { NotDeliveredError, OutcomeUnknownError, type Envelope } from '@isolith/contracts';
import { addressName, type Address, type Transport } from '../transport/transport.js';
import { BoundedRoom } from './bounded-room.js';
import { EndedWaits } from './ended-waits.js';
import { checkedFaultOptions, type FaultOptions } from './fault-options.js';
import { FaultPlan, type FaultKind, type PlannedFaults } from './fault-plan.js';

/** What requests and sends of one faulty transport share. */
export class Injection {
  readonly silenceMs: number;
  readonly longestDelayMs: number;
  readonly waits = new EndedWaits();
  readonly room: BoundedRoom;
  /** Aborts when the transport closes. */
  readonly closing = new AbortController();
  private readonly plan: FaultPlan;
  private readonly seed: number;

  constructor(
    readonly inner: Transport,
    private readonly options: FaultOptions,
  ) {
    const { seed, rates, longestDelayMs, silenceMs } = checkedFaultOptions(options);
    [this.seed, this.longestDelayMs, this.silenceMs] = [seed, longestDelayMs, silenceMs];
    this.plan = new FaultPlan(seed, rates, longestDelayMs);
    this.room = new BoundedRoom(inner.capabilities.maxInFlight);
  }

  next({ id }: Envelope, to: Address): PlannedFaults {
    return this.plan.next(addressName(to), id);
  }

  happened(kind: FaultKind, { id, type }: Envelope, to: Address, { attempt }: PlannedFaults): void {
    this.options.onFault?.({ kind, address: addressName(to), type, id, attempt });
  }

  undelivered({ type }: Envelope, to: Address): NotDeliveredError {
    return new NotDeliveredError(`${type} did not reach ${addressName(to)} (${this.injected})`);
  }

  unknown(what: string, { type }: Envelope, to: Address): OutcomeUnknownError {
    return new OutcomeUnknownError(`${what} ${addressName(to)}: ${type} (${this.injected})`);
  }

  close(): void {
    this.closing.abort();
    this.waits.endAll();
  }

  private get injected(): string {
    return `fault injected with seed ${this.seed}`;
  }
}
