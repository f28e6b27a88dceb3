import { NotDeliveredError, OverloadedError, steadyNow, type Envelope } from '@isolith/contracts';
import type { Attempt, CallPolicy } from '@isolith/message-bus';
import {
  BulkheadFullError,
  CircuitOpenError,
  type Fallback,
  resilience,
  type Resilience,
  type ResilienceRuntime,
  StaleAnswers,
  TimeoutExceededError,
} from '@isolith/resilience';
import { Logger } from '@nestjs/common';
import type { PolicedNeed } from './with-policy.js';

/** The calls of one context to one message, under the policy that it declares. */
export class ContractCalls implements CallPolicy {
  readonly repeats: boolean;
  readonly policies: Resilience<unknown>;
  readonly #kept: StaleAnswers<unknown> | undefined;
  readonly #log = new Logger('Policies');
  readonly #saidOf = new Set<string>();

  constructor(
    readonly sender: string,
    private readonly need: PolicedNeed,
    runtime: Partial<ResilienceRuntime> = {},
  ) {
    const { message, spec, kept } = need;
    this.repeats = spec.retry !== undefined;
    this.policies = resilience(policyName(sender, message.contract.name), spec, runtime);
    this.#kept = kept && new StaleAnswers(kept.bounds, message.contract.readOutput, runtime.now);
  }

  async run(envelope: Envelope, attempt: Attempt): Promise<unknown> {
    const { timeoutMs = Number.POSITIVE_INFINITY } = this.need.spec;
    const { deadline = Number.POSITIVE_INFINITY } = envelope;
    const keys = this.#keysOf(envelope);
    const call = async (signal: AbortSignal): Promise<unknown> => {
      const ends = Math.min(deadline, steadyNow() + timeoutMs);
      const answer = await attempt({ signal, ...(Number.isFinite(ends) ? { deadline: ends } : {}) });
      this.#keep(keys, answer);
      return answer;
    };
    const fallback = this.#fallback(envelope, keys);
    const ends = Number.isFinite(deadline) ? { deadline } : {};
    try {
      return await (fallback === undefined
        ? this.policies.run(call, ends)
        : this.policies.run<unknown, unknown>(call, { ...ends, fallback }));
    } catch (error) {
      throw told(error, envelope.type);
    }
  }

  #fallback(envelope: Envelope, keys: Keys | undefined): Fallback<unknown> | undefined {
    const { substitute, message } = this.need;
    if (substitute !== undefined) return (error) => substitute(error, message.restore(dataOf(envelope)));
    if (keys === undefined) return undefined;
    return (error) => {
      const found = keys.stored.flatMap((key) => this.#kept?.find(key) ?? []);
      if (found.length < keys.stored.length) throw error;
      const joined = this.#whole('join', () => ({ answer: this.need.kept?.join(found.map(({ answer }) => answer)) }));
      if (joined === undefined) throw error;
      return joined.answer;
    };
  }

  #keep(keys: Keys | undefined, answer: unknown): void {
    if (keys === undefined) return;
    this.#whole('split', () => {
      const all = [...(this.need.kept?.split(answer, keys.asked) ?? [])];
      for (const [key, part] of all) this.#kept?.keep(`${keys.asker}${key}`, part);
    });
  }

  #keysOf(envelope: Envelope): Keys | undefined {
    const { kept, message } = this.need;
    if (kept === undefined) return undefined;
    const { user, roles = [] } = envelope.principal ?? {};
    const asker = kept.sameForAll ? '' : `${JSON.stringify([user ?? null, [...roles].sort()])} `;
    return this.#whole('keys', () => {
      const asked = kept.keys(message.restore(dataOf(envelope)));
      return { asker, asked, stored: asked.map((key) => `${asker}${key}`) };
    });
  }

  /** What the application throws about old answers is no error of the call: there is none to keep, or to stand in. */
  #whole<T>(part: 'keys' | 'split' | 'join', work: () => T): T | undefined {
    try {
      return work();
    } catch (err) {
      const message = `${this.policies.name}: fallback.parts.${part} threw: as long as it does, no old answers stand in for new ones`;
      if (!this.#saidOf.has(part)) this.#log.warn({ message, err });
      this.#saidOf.add(part);
      return undefined;
    }
  }
}

interface Keys {
  readonly asker: string;
  readonly asked: readonly string[];
  readonly stored: readonly string[];
}

/** How the policy of a context's calls is called: in health, metrics and the actuator. */
export const policyName = (sender: string, message: string): string => `${sender}:${message}`;

const dataOf = ({ data }: Envelope): Record<string, unknown> => ({ ...Object(data) });

/** In the words of the bus. Of the attempts that were made, and may have run, the bus knows itself. */
function told(error: unknown, type: string): unknown {
  if (error instanceof BulkheadFullError)
    return new OverloadedError(`${type} was not sent: ${error.message}`, { cause: error });
  if (error instanceof CircuitOpenError || error instanceof TimeoutExceededError)
    return new NotDeliveredError(`${type} has no answer: ${error.message}`, { cause: error });
  return error;
}
