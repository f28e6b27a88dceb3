import { ExponentialBackoff, type IBackoff, noJitterGenerator } from 'cockatiel';
import { BulkheadFullError, CircuitOpenError } from './errors.js';
import { RetryBudget, type RetryBudgetSpec } from './retry-budget.js';
import type { ResilienceRuntime, Run } from './run.js';

export interface RetryOptions {
  readonly attempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly retryOn: (error: unknown) => boolean;
  readonly budget?: Required<RetryBudgetSpec> | undefined;
}

/**
 * Repeats a failed attempt after a backoff drawn evenly from [0, min(maxDelayMs, initialDelayMs * 2^n)): full jitter.
 *
 * - A backoff that would reach the deadline is not begun: the error is thrown at once.
 * - An open circuit is waited for only when the deadline leaves room to reach its half-open time; the wait counts as a
 *   backoff.
 * - With a budget, a retry that all runs together have no share left for is not made: the error is thrown at once.
 * - Refusals by the own breaker or bulkhead say that the call was *not* made. If an earlier attempt of the same run did
 *   make it, that attempt's error is thrown instead, because "not made" would be a lie.
 *
 * cockatiel's retry is not used: its backoff neither ends on abort nor knows a deadline. Its exponential series is.
 */
export class Retry {
  readonly #series: ExponentialBackoff<number>;
  readonly #budget: RetryBudget | undefined;

  constructor(
    private readonly policy: string,
    private readonly options: RetryOptions,
    private readonly runtime: ResilienceRuntime,
    private readonly openUntil: () => number | undefined,
  ) {
    this.#budget = options.budget && new RetryBudget(options.budget);
    this.#series = new ExponentialBackoff({
      generator: noJitterGenerator,
      initialDelay: options.initialDelayMs,
      maxDelay: options.maxDelayMs,
    });
  }

  /** Retries that all runs together could make now; undefined without a budget. */
  get left(): number | undefined {
    return this.#budget?.left;
  }

  /** The budget is full again; what is under way goes on. */
  reset(): void {
    this.#budget?.refill();
  }

  async execute<T>(inner: () => Promise<T>, run: Run): Promise<T> {
    this.#budget?.deposit();
    let made: { readonly error: unknown } | undefined;
    let ceiling: IBackoff<unknown> = this.#series.next();
    for (let attempt = 1; ; attempt++, ceiling = ceiling.next(undefined)) {
      try {
        return await inner();
      } catch (error) {
        if (run.signal.aborted) throw error;
        if (!this.#isRefusal(error)) made = { error };
        const delay =
          attempt < this.options.attempts && this.options.retryOn(error)
            ? this.#delay(error, ceiling.duration, run)
            : undefined;
        if (delay === undefined || this.#budget?.withdraw() === false) throw made === undefined ? error : made.error;
        await run.sleep(delay);
      }
    }
  }

  /** How long to wait before the next attempt; undefined when it could not be made in time. */
  #delay(error: unknown, ceiling: number, run: Run): number | undefined {
    const now = this.runtime.now();
    const jitter = this.runtime.random();
    const backoff = jitter * ceiling;
    const refusedFor = Math.max(0, (this.openUntil() ?? now) - now);

    if (run.deadline !== undefined && refusedFor > 0) {
      // One millisecond more, as a timer may fire a little early; jitter on top, so that those who wait do not all come
      // at once.
      const wait = refusedFor + 1;
      const room = run.deadline - now - wait;
      return room > 0 ? wait + jitter * Math.min(ceiling, room) : undefined;
    }
    // Without a deadline nobody said how long they are willing to wait for an open circuit.
    const latest = run.deadline ?? (this.#isOpenCircuit(error) ? now : Number.POSITIVE_INFINITY);
    return backoff >= refusedFor && now + backoff < latest ? backoff : undefined;
  }

  #isOpenCircuit(error: unknown): boolean {
    return error instanceof CircuitOpenError && error.policy === this.policy;
  }

  #isRefusal(error: unknown): boolean {
    return this.#isOpenCircuit(error) || (error instanceof BulkheadFullError && error.policy === this.policy);
  }
}
