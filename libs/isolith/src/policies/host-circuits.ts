import type { ResilienceRegistry } from '@isolith/resilience';
import { z } from 'zod';
import { hostBroadcast } from '../remote/broadcasts.js';

/** More than a host announces of its policies; what it has beyond is told by itself alone. */
const MOST_POLICIES = 100;

const circuit = z.enum(['closed', 'open', 'half-open']);
const moment = z.number();
const count = z.int().min(0);

/** How a policy of a host stands, as it announces it; moments are epoch milliseconds. A reader takes what it knows. */
export const policyState = z.object({
  name: z.string().max(200),
  /** Whose it is: in the audit of this context stands who moved its circuit. */
  context: z.string().max(200).optional(),
  breaker: circuit.optional(),
  mayHalfOpenAt: moment.optional(),
  lastChange: z.object({ from: circuit, to: circuit, at: moment, by: z.string().max(500).optional() }).optional(),
  failures: count,
  bulkhead: z.object({ running: count, queued: count }).optional(),
  retriesLeft: count.optional(),
  counts: z.object({ attempts: count, failures: count, refused: count, fallbacks: count }),
  lastError: z.object({ at: moment, message: z.string().max(200) }).optional(),
});
export type PolicyState = z.output<typeof policyState>;
export const policyStates = z.array(policyState).max(MOST_POLICIES);

/** `open` holds it open until `close`; `reset` makes it as it was at the start. */
export const CircuitMove = z.enum(['open', 'close', 'reset']);

const circuitMoved = z.object({
  policy: z.string().max(200),
  move: CircuitMove,
  /** Only this host's; without it, that of every host. */
  host: z.string().max(40).optional(),
  by: z.string().max(500),
});
export type CircuitMoved = z.output<typeof circuitMoved>;
/** Tells all hosts that a circuit was moved. */
export const circuitMoves = hostBroadcast('circuit-moved', 1, circuitMoved);

/** The policies of this host: told to all, and moved by an operator who may be at another host. */
export class HostCircuits {
  #tell: ((moved: CircuitMoved) => Promise<void>) | undefined;

  constructor(
    /** The id of this host. */
    private readonly self: string,
    private readonly registry: ResilienceRegistry,
  ) {}

  /** All of them, in the order in which they were declared. */
  states(): readonly PolicyState[] {
    return this.registry.all().map((policies) => {
      const context = this.registry.contextOf(policies.name);
      return { ...(context === undefined ? {} : { context }), ...policies.state() };
    });
  }

  announced(): readonly PolicyState[] {
    return this.states().slice(0, MOST_POLICIES);
  }

  /** How all other hosts are told; until then there are none. It rejects when it does not know that they are. */
  tellBy(tell: (moved: CircuitMoved) => Promise<void>): void {
    this.#tell = tell;
  }

  /**
   * Here and on all hosts that hear of it. Rejects when nobody knows that they are told; then it was not moved here.
   */
  async move(moved: CircuitMoved): Promise<void> {
    await this.#tell?.(moved);
    this.moved(moved);
  }

  /** Does nothing where the policy, its breaker or the host is another's. */
  moved({ policy, move, host, by }: CircuitMoved): void {
    if (host === undefined || host === this.self) this.registry.find(policy)?.[move](by);
  }
}
