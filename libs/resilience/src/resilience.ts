import { Bulkhead, type BulkheadState } from './bulkhead.js';
import { type Circuit, CircuitBreaker, type StateChange } from './circuit-breaker.js';
import { type Declaration, declare, type ResilienceSpec } from './declaration.js';
import { type Fallback, withFallback } from './fallback.js';
import { Retry } from './retry.js';
import { type ResilienceRuntime, Run } from './run.js';
import { steadyNow } from './steady-now.js';
import { Timeout } from './timeout.js';

export interface RunOptions {
  /** Ends the run at once, with the signal's reason; the breaker does not count it. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Epoch milliseconds, by a clock that nobody sets while the process runs (`steadyNow()` of `@isolith/contracts`),
   * at which the whole run (queue, backoffs and attempts) ends; the breaker does not count it.
   */
  readonly deadline?: number | undefined;
}

export interface ResilienceState {
  readonly name: string;
  /** Absent without a breaker. An open circuit half-opens with the first attempt after `mayHalfOpenAt`. */
  readonly breaker?: Circuit;
  /** Epoch milliseconds; only while open. */
  readonly mayHalfOpenAt?: number;
  /** Failures in a row, as the breaker counts them; 0 without a breaker. */
  readonly failures: number;
  readonly bulkhead?: BulkheadState;
}

/** A named set of policies. `F` is what its declared fallback gives; `never` without one. */
export interface Resilience<F = never> {
  readonly name: string;

  /**
   * Runs the call under all policies. The call gets a signal that aborts when its attempt is given up; a call that ignores it goes on unobserved.
   * It may be made several times, so with `retry` it has to be safe to repeat.
   *
   * @throws whatever the last made attempt threw; `TimeoutExceededError` (it may have had its effect); `CircuitOpenError` and
   * `BulkheadFullError` (no attempt was made); the reason of the caller's signal; what the fallback throws.
   */
  run<T>(call: (signal: AbortSignal) => Promise<T>, options?: RunOptions): Promise<T | F>;
  /** The same with a fallback for this run, in place of the declared one. */
  run<T, R>(
    call: (signal: AbortSignal) => Promise<T>,
    options: RunOptions & { readonly fallback: Fallback<R> },
  ): Promise<T | R>;

  state(): ResilienceState;
  /** What makes the declaration unfit; the host lists it and refuses to start. */
  violations(): readonly string[];
  /** Calls the listener, synchronously, at every transition of the breaker. Returns how to stop. */
  onStateChange(listener: (change: StateChange) => void): () => void;
}

/**
 * Declares a named set of policies in the fixed order fallback > retry > breaker > bulkhead > timeout. It keeps no timer between runs.
 *
 * @throws RangeError that names every field out of range. A breaker without fallback does not throw: see `violations()`.
 */
export function resilience<F = never>(
  name: string,
  spec: ResilienceSpec<F>,
  runtime: Partial<ResilienceRuntime> = {},
): Resilience<F> {
  // Looked up at each use, so that fake timers installed later are seen. Nobody sets this clock while the process runs.
  const complete = { now: () => steadyNow(), random: () => Math.random(), ...runtime };
  return new PolicySet(name, declare(name, spec), complete);
}

class PolicySet<F> implements Resilience<F> {
  readonly #retry: Retry | undefined;
  readonly #breaker: CircuitBreaker | undefined;
  readonly #bulkhead: Bulkhead | undefined;
  readonly #timeout: Timeout;

  constructor(
    readonly name: string,
    private readonly declaration: Declaration<F>,
    private readonly runtime: ResilienceRuntime,
  ) {
    const { retry, breaker, bulkhead, timeoutMs, isAnswer } = declaration;
    this.#retry = retry && new Retry(name, retry, runtime, () => this.#breaker?.openUntil);
    this.#breaker = breaker && new CircuitBreaker(name, { ...breaker, isAnswer }, runtime);
    this.#bulkhead = bulkhead && new Bulkhead(name, bulkhead.concurrency, bulkhead.queue);
    this.#timeout = new Timeout(name, timeoutMs);
  }

  run<T>(call: (signal: AbortSignal) => Promise<T>, options?: RunOptions): Promise<T | F>;
  run<T, R>(
    call: (signal: AbortSignal) => Promise<T>,
    options: RunOptions & { readonly fallback: Fallback<R> },
  ): Promise<T | R>;
  async run<T>(
    call: (signal: AbortSignal) => Promise<T>,
    options: RunOptions & { readonly fallback?: Fallback<unknown> } = {},
  ): Promise<unknown> {
    const run = new Run(this.name, this.runtime, options);
    const attempt = (): Promise<T> => this.#timeout.execute(call, run);
    const inSlot = (): Promise<T> => this.#bulkhead?.execute(attempt, run) ?? attempt();
    const guarded = (): Promise<T> => this.#breaker?.execute(inSlot, run) ?? inSlot();
    const repeated = (): Promise<T> => this.#retry?.execute(guarded, run) ?? guarded();
    try {
      return await withFallback<T, unknown>(
        repeated,
        run,
        options.fallback ?? this.declaration.fallback,
        this.declaration.isAnswer,
      );
    } finally {
      run.close();
    }
  }

  state(): ResilienceState {
    const mayHalfOpenAt = this.#breaker?.openUntil;
    return {
      name: this.name,
      ...(this.#breaker && { breaker: this.#breaker.circuit }),
      ...(mayHalfOpenAt !== undefined && { mayHalfOpenAt }),
      failures: this.#breaker?.failures ?? 0,
      ...(this.#bulkhead && { bulkhead: this.#bulkhead.state() }),
    };
  }

  violations(): readonly string[] {
    return this.declaration.violations;
  }

  onStateChange(listener: (change: StateChange) => void): () => void {
    return this.#breaker?.onStateChange(listener) ?? (() => undefined);
  }
}
