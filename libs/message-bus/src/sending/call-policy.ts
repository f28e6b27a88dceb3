import { OutcomeUnknownError, type Envelope, type MessageName, type RequestContract } from '@isolith/contracts';
import { hadNoEffect } from './asking.js';

/** What limits one attempt of a call under a policy. */
export interface AttemptLimits {
  /** Aborts when the attempt is given up: what is on the way between hosts is then no longer waited for. */
  readonly signal: AbortSignal;
  /** When its receiver need not begin any more, a moment of `steadyNow()`; never after the message's own deadline. */
  readonly deadline?: number;
}

/** One attempt; each carries the same message id, so the receiver runs it once. */
export type Attempt = (limits: AttemptLimits) => Promise<unknown>;

/**
 * What stands between a context and one message that it sends to another: retries, a circuit breaker, a fallback.
 *
 * Owes its callers an end by the message's deadline, whatever an attempt does; rejects with a failure or an
 * IsolithError, never with an error of its own. An attempt that it gave up counts as one that may have run.
 */
export interface CallPolicy {
  /**
   * Whether it repeats attempts itself; otherwise the bus asks again within each attempt, as it does without a policy.
   */
  readonly repeats: boolean;
  /** Makes the call, none or several times. Resolves with its result, or with what stands in for it. */
  run(envelope: Envelope, attempt: Attempt): Promise<unknown>;
}

/** The policies of a host's contexts, by who sends what. */
export class CallPolicies {
  readonly #all = new Map<MessageName, Map<string, CallPolicy>>();
  readonly #twice: string[] = [];

  /** Two policies for the same calls are a violation. */
  add(sender: string, { name }: Pick<RequestContract, 'name'>, policy: CallPolicy): void {
    const ofMessage = this.#all.get(name) ?? new Map<string, CallPolicy>();
    if (ofMessage.has(sender)) this.#twice.push(`${sender} has two policies for ${name}`);
    this.#all.set(name, ofMessage.set(sender, policy));
  }

  of(sender: string, { name }: Pick<RequestContract, 'name'>): CallPolicy | undefined {
    return this.#all.get(name)?.get(sender);
  }

  violations(): readonly string[] {
    return this.#twice;
  }
}

/**
 * Runs a call under its policy, and tells the truth about all of its attempts: when the last one had no effect and one
 * before it may have had, the outcome is unknown.
 */
export async function underPolicy(
  policy: CallPolicy,
  envelope: Envelope,
  attempt: (limits: AttemptLimits, isFirst: boolean) => Promise<unknown>,
): Promise<unknown> {
  let begun = 0;
  let withoutEffect = 0;
  try {
    return await policy.run(envelope, async (limits) => {
      begun += 1;
      try {
        return await attempt(limits, begun === 1);
      } catch (error) {
        if (hadNoEffect(error)) withoutEffect += 1;
        throw error;
      }
    });
  } catch (error) {
    if (begun === withoutEffect || !hadNoEffect(error)) throw error;
    throw new OutcomeUnknownError(`an earlier attempt of ${envelope.type} may have run`, { cause: error });
  }
}
