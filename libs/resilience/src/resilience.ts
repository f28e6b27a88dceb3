import { Bulkhead, type BulkheadState } from './bulkhead.js';
import { type CallNotes, inCall } from './call-span.js';
import { type Circuit, CircuitBreaker, type StateChange } from './circuit-breaker.js';
import { type Declaration, declare, type ResilienceSpec } from './declaration.js';
import { type Fallback, withFallback } from './fallback.js';
import { Hedge } from './hedge.js';
import { Retry } from './retry.js';
import { type ResilienceRuntime, Run } from './run.js';
import { summaryOf } from './summary.js';
import { type LastError, type PolicyCounts, Tally } from './tally.js';
import { steadyNow } from './steady-now.js';
import { Timeout } from './timeout.js';

/** What ends one run, beside its policy. */
export interface RunOptions {
  /** Ends the run at once, with the signal's reason; the breaker does not count it. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Epoch milliseconds, by a clock that nobody sets while the process runs (`steadyNow()` of `@isolith/contracts`),
   * at which the whole run (queue, backoffs and attempts) ends; the breaker does not count it.
   */
  readonly deadline?: number | undefined;
}

/** How a policy stands now. */
export interface ResilienceState {
  readonly name: string;
  /** Absent without a breaker. An open circuit half-opens with the first attempt after `mayHalfOpenAt`. */
  readonly breaker?: Circuit;
  /** Epoch milliseconds; only while open, and not while somebody holds it open. */
  readonly mayHalfOpenAt?: number;
  /** Of the breaker; absent before the first one. */
  readonly lastChange?: Omit<StateChange, 'policy' | 'error'>;
  readonly counts: PolicyCounts;
  readonly lastError?: LastError;
  /** Failures in a row, as the breaker counts them; 0 without a breaker. */
  readonly failures: number;
  readonly bulkhead?: BulkheadState;
  /** Retries that all runs together could make now; only with a retry budget. */
  readonly retriesLeft?: number;
}

/** A named set of policies. `F` is what its declared fallback gives; `never` without one. */
export interface Resilience<F = never> {
  readonly name: string;
  /** The declaration in one line, for people. */
  readonly summary: string;

  /**
   * Runs the call under all policies. The call gets a signal that aborts when its attempt is given up; a call that
   * ignores it goes on unobserved. It may be made several times, so with `retry` it has to be safe to repeat, and with
   * `hedge` to be made twice at once.
   *
   * @throws whatever the last made attempt threw; `TimeoutExceededError` (it may have had its effect);
   *   `CircuitOpenError` and
   * `BulkheadFullError` (no attempt was made); the reason of the caller's signal; what the fallback throws.
   */
  run<T>(call: (signal: AbortSignal) => Promise<T>, options?: RunOptions): Promise<T | F>;
  /** The same with a fallback for this run, in place of the declared one. */
  run<T, R>(
    call: (signal: AbortSignal) => Promise<T>,
    options: RunOptions & { readonly fallback: Fallback<R> },
  ): Promise<T | R>;

  state(): ResilienceState;
  /** Holds the circuit open until somebody closes it. False without a breaker. `by` names who does it. */
  open(by: string): boolean;
  /** Closes the circuit; it opens again by its failures. False without a breaker. */
  close(by: string): boolean;
  /** As it was made: the circuit closed, the budgets of retries and hedges full, nothing counted, no last error. */
  reset(by: string): void;
  /** What makes the declaration unfit; the host lists it and refuses to start. */
  violations(): readonly string[];
  /** Calls the listener, synchronously, at every transition of the breaker. Returns how to stop. */
  onStateChange(listener: (change: StateChange) => void): () => void;
}

/**
 * Declares a named set of policies in the fixed order fallback > retry > hedge > breaker > bulkhead > timeout. It keeps
 * no timer between runs.
 *
 * @throws RangeError that names every field out of range. A breaker without fallback does not throw: see
 *   `violations()`.
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
  readonly #hedge: Hedge | undefined;
  readonly #breaker: CircuitBreaker | undefined;
  readonly #bulkhead: Bulkhead | undefined;
  readonly #timeout: Timeout;
  readonly #tally: Tally;

  constructor(
    readonly name: string,
    private readonly declaration: Declaration<F>,
    private readonly runtime: ResilienceRuntime,
  ) {
    const { retry, hedge, breaker, bulkhead, timeoutMs, isAnswer } = declaration;
    this.#retry = retry && new Retry(name, retry, runtime, () => this.#breaker?.openUntil);
    this.#hedge = hedge && new Hedge(hedge);
    this.#breaker = breaker && new CircuitBreaker(name, { ...breaker, isAnswer }, runtime);
    this.#bulkhead = bulkhead && new Bulkhead(name, bulkhead.concurrency, bulkhead.queue);
    this.#timeout = new Timeout(name, timeoutMs);
    this.#tally = new Tally(name, isAnswer, runtime);
  }

  get summary(): string {
    return summaryOf(this.declaration);
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
    const isAnswer = (error: unknown): boolean => options.signal?.aborted === true || this.declaration.isAnswer(error);
    return inCall(this.name, isAnswer, (notes) => this.#noted(call, options, notes));
  }

  async #noted<T>(
    call: (signal: AbortSignal) => Promise<T>,
    options: RunOptions & { readonly fallback?: Fallback<unknown> },
    notes: CallNotes,
  ): Promise<unknown> {
    const run = new Run(this.name, this.runtime, options);
    const guarded = async (branch: Run): Promise<T> => {
      notes.branches++;
      const made = (signal: AbortSignal): Promise<T> => {
        this.#tally.made();
        notes.attempts++;
        return call(signal);
      };
      const attempt = (): Promise<T> => this.#timeout.execute(made, branch);
      const inSlot = (): Promise<T> => this.#bulkhead?.execute(attempt, branch) ?? attempt();
      try {
        return await this.#tally.attempt(() => this.#breaker?.execute(inSlot, branch) ?? inSlot(), branch.signal);
      } catch (error) {
        notes.failed(error);
        throw error;
      }
    };
    const fallback = options.fallback ?? this.declaration.fallback;
    const hedged = (): Promise<T> => {
      notes.rounds++;
      return this.#hedge?.execute(guarded, run) ?? guarded(run);
    };
    const repeated = (): Promise<T> => this.#retry?.execute(hedged, run) ?? hedged();
    try {
      return await withFallback<T, unknown>(
        repeated,
        run,
        fallback &&
          (async (error) => {
            const answer = await fallback(error);
            this.#tally.fellBack();
            notes.isFallback = true;
            return answer;
          }),
        this.declaration.isAnswer,
      );
    } finally {
      run.close();
    }
  }

  state(): ResilienceState {
    const mayHalfOpenAt = this.#breaker?.openUntil;
    const retriesLeft = this.#retry?.left;
    const change = this.#lastChange();
    return {
      name: this.name,
      ...(this.#breaker && { breaker: this.#breaker.circuit }),
      ...(mayHalfOpenAt !== undefined && Number.isFinite(mayHalfOpenAt) && { mayHalfOpenAt }),
      ...(change && { lastChange: change }),
      counts: this.#tally.counts,
      ...(this.#tally.lastError && { lastError: this.#tally.lastError }),
      failures: this.#breaker?.failures ?? 0,
      ...(this.#bulkhead && { bulkhead: this.#bulkhead.state() }),
      ...(retriesLeft !== undefined && { retriesLeft }),
    };
  }

  open(by: string): boolean {
    this.#breaker?.hold(by);
    return this.#breaker !== undefined;
  }

  close(by: string): boolean {
    this.#breaker?.close(by);
    return this.#breaker !== undefined;
  }

  reset(by: string): void {
    this.#breaker?.close(by);
    this.#retry?.reset();
    this.#hedge?.reset();
    this.#tally.reset();
  }

  #lastChange(): ResilienceState['lastChange'] {
    if (this.#breaker?.lastChange === undefined) return undefined;
    const { from, to, at, by } = this.#breaker.lastChange;
    return { from, to, at, ...(by !== undefined && { by }) };
  }

  violations(): readonly string[] {
    return this.declaration.violations;
  }

  onStateChange(listener: (change: StateChange) => void): () => void {
    return this.#breaker?.onStateChange(listener) ?? (() => undefined);
  }
}
