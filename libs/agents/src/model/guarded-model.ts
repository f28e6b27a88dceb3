import { steadyNow } from '@isolith/contracts';
import {
  CircuitOpenError,
  noFallback,
  resilience,
  type BreakerSpec,
  type Resilience,
  type ResilienceRegistry,
} from '@isolith/resilience';
import { readyToAsk } from './attempt.js';
import { ModelRejectedError, ModelUnavailableError, type Model, type ModelAnswer, type ModelRequest } from './model.js';

/** How a model is guarded. */
export interface GuardOptions {
  /** Who answers while the circuit is open, and under which of its names. It should cost no more than the model. */
  readonly fallback?: { readonly model: Model; readonly as: string };
  /** The context whose it is: only then can an operator move its circuits. */
  readonly context?: string;
  readonly breaker?: BreakerSpec;
}

/** Names come from declared agents; more of them than this are a mistake. */
const MOST_NAMES = 50;

const BY_THE_ASK = noFallback('what the circuit refuses another model answers, or the run repeats it later');

/**
 * A model with a circuit for each of its names, `model.<adapter>.<name>`, shown as others are. It repeats nothing: a
 * run's attempts are recorded and due at a time. An ask is one attempt at one model, so what was reserved for it is
 * enough: only an ask that the circuit refuses, and that nobody has read, goes to the fallback. Without one it is a
 * ModelUnavailableError that says when to come again.
 */
export function guardedModel(registry: ResilienceRegistry, model: Model, options: GuardOptions = {}): Model {
  return new GuardedModel(registry, model, options);
}

class GuardedModel implements Model {
  private readonly circuits = new Map<string, Resilience>();
  /** Requests that were counted by the fallback alone, and that nobody else may be asked. */
  private readonly forFallback = new WeakSet<ModelRequest>();

  constructor(
    private readonly registry: ResilienceRegistry,
    private readonly model: Model,
    private readonly options: GuardOptions,
  ) {}

  get name(): string {
    return this.model.name;
  }

  async ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    readyToAsk(this.name, signal);
    const { fallback } = this.options;
    const instead = (): Promise<ModelAnswer> | undefined =>
      fallback?.model.ask({ ...request, model: fallback.as }, signal);
    if (this.forFallback.has(request)) return instead() ?? this.model.ask(request, signal);
    return this.circuitOf(request.model).run((own) => this.model.ask(request, own), {
      signal,
      fallback: async (error: unknown) => {
        if (!(error instanceof CircuitOpenError)) throw error;
        const answer = await instead();
        if (answer === undefined) throw refused(this.name, error);
        return answer;
      },
    });
  }

  /**
   * With a fallback that may be asked as well it is the larger of both. While the circuit is open it is the fallback's
   * alone; the same request object is then asked of nobody else, although the circuit may have closed.
   */
  async inputTokensAtMost(request: ModelRequest, signal: AbortSignal): Promise<number> {
    readyToAsk(this.name, signal);
    const { fallback } = this.options;
    if (fallback === undefined) return this.counted(request, signal);
    const other = await fallback.model.inputTokensAtMost({ ...request, model: fallback.as }, signal);
    if (!isOpen(this.circuitOf(request.model))) return Math.max(other, await this.counted(request, signal));
    this.forFallback.add(request);
    return other;
  }

  /** Most counts ask nobody, so one that succeeds says nothing of the provider; one that it leaves unanswered does. */
  private async counted(request: ModelRequest, signal: AbortSignal): Promise<number> {
    try {
      return await this.model.inputTokensAtMost(request, signal);
    } catch (error) {
      if (!(error instanceof ModelUnavailableError)) throw error;
      try {
        return await this.circuitOf(request.model).run<number>(() => Promise.reject(error), { signal });
      } catch (seen) {
        throw seen instanceof CircuitOpenError ? refused(this.name, seen) : seen;
      }
    }
  }

  private circuitOf(model: string): Resilience {
    const known = this.circuits.get(model);
    if (known !== undefined) return known;
    if (this.circuits.size === MOST_NAMES)
      throw new ModelRejectedError(`the model ${this.name} is guarded for ${MOST_NAMES} names, and for no other`);
    const made = resilience(`model.${this.name}.${model}`, {
      breaker: this.options.breaker ?? {},
      fallback: BY_THE_ASK,
      // One that refuses a request is there.
      isAnswer: (error) => error instanceof ModelRejectedError,
    });
    this.circuits.set(model, made);
    this.registry.add(made, this.options.context);
    return made;
  }
}

/** Whether an ask of now would be refused. One that is due to half-open lets it through. */
function isOpen(circuit: Resilience): boolean {
  const { breaker, mayHalfOpenAt = Number.POSITIVE_INFINITY } = circuit.state();
  return breaker === 'open' && mayHalfOpenAt > steadyNow();
}

function refused(name: string, { mayHalfOpenAt }: CircuitOpenError): ModelUnavailableError {
  const waitMs = Math.ceil(mayHalfOpenAt - steadyNow());
  // In the past all probes are taken; held open by somebody, nobody knows.
  const isKnown = waitMs > 0 && Number.isFinite(waitMs);
  return new ModelUnavailableError(`the circuit of the model ${name} is open`, isKnown ? waitMs : undefined);
}
