import { inspect } from 'node:util';
import { ConsecutiveBreaker } from 'cockatiel';
import { BulkheadFullError, CircuitOpenError } from './errors.js';
import type { ResilienceRuntime, Run } from './run.js';

/** The state of a breaker: attempts go through, are refused, or are let through as probes. */
export type Circuit = 'closed' | 'open' | 'half-open';

/**
 * `error` is the failure that opened the circuit; absent on the other transitions. `by` is who moved it by hand. `at`
 * is epoch milliseconds.
 */
export interface StateChange {
  readonly policy: string;
  readonly from: Circuit;
  readonly to: Circuit;
  readonly at: number;
  readonly error?: unknown;
  readonly by?: string;
}

export interface CircuitBreakerOptions {
  readonly failureThreshold: number;
  readonly successThreshold: number;
  readonly openMs: number;
  readonly isAnswer: (error: unknown) => boolean;
}

type State =
  | { readonly circuit: 'closed' }
  | { readonly circuit: 'open'; readonly until: number }
  | { readonly circuit: 'half-open'; readonly since: number; probes: number; successes: number };

/**
 * CLOSED     every attempt passes. `failureThreshold` failures in a row: OPEN.
 * OPEN       every attempt is refused until `openMs` is over; the first attempt after that: HALF-OPEN. No timer runs.
 * HALF-OPEN  attempts pass as probes, never more at once than successes are still missing; the others are refused.
 *            `successThreshold` successes in a row: CLOSED. One failure: OPEN again, for another `openMs`.
 *
 * Each period is a `State` object of its own. An attempt remembers the one that admitted it, and its outcome counts
 * only while that is still the current one: what began before the circuit opened says nothing about how the dependency
 * is now.
 *
 * An expected failure is an answer: never a failure, and a success for a probe. The run's end (caller or deadline) and
 * a full bulkhead are neither: they tell nothing about the dependency, a probe just becomes free again. (cockatiel's
 * own breaker counts a cancelled probe as a success, lets a late outcome reopen the circuit, and parks surplus calls
 * without bound; only its counter is used here.)
 */
export class CircuitBreaker {
  #state: State = { circuit: 'closed' };
  readonly #streak: ConsecutiveBreaker;
  readonly #listeners = new Set<(change: StateChange) => void>();
  #lastChange: StateChange | undefined;

  constructor(
    private readonly policy: string,
    private readonly options: CircuitBreakerOptions,
    private readonly runtime: Pick<ResilienceRuntime, 'now'>,
  ) {
    this.#streak = new ConsecutiveBreaker(options.failureThreshold);
  }

  get circuit(): Circuit {
    return this.#state.circuit;
  }

  /** Failures in a row; back to 0 with a success while closed, and when the circuit closes. */
  get failures(): number {
    return this.#streak.state;
  }

  /** Epoch milliseconds before which every attempt is refused; undefined unless open. */
  get openUntil(): number | undefined {
    return this.#state.circuit === 'open' ? this.#state.until : undefined;
  }

  /** Undefined before the first one. */
  get lastChange(): StateChange | undefined {
    return this.#lastChange;
  }

  /** Holds it open until `close`: no time half-opens it. */
  hold(by: string): void {
    if (this.openUntil === Number.POSITIVE_INFINITY) return;
    this.#enter({ circuit: 'open', until: Number.POSITIVE_INFINITY }, { by });
  }

  /** Closes it and counts anew; it opens again by its failures. */
  close(by: string): void {
    this.#streak.success();
    if (this.#state.circuit !== 'closed') this.#enter({ circuit: 'closed' }, { by });
  }

  onStateChange(listener: (change: StateChange) => void): () => void {
    const own = (change: StateChange): void => listener(change);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  async execute<T>(inner: () => Promise<T>, run: Run): Promise<T> {
    run.signal.throwIfAborted();
    const admittedBy = this.#admit();
    try {
      const value = await inner();
      this.#succeeded(admittedBy);
      return value;
    } catch (error) {
      this.#failed(admittedBy, error, run);
      throw error;
    }
  }

  #admit(): State {
    if (this.#state.circuit === 'open') {
      if (this.runtime.now() < this.#state.until) throw new CircuitOpenError(this.policy, 'open', this.#state.until);
      this.#enter({ circuit: 'half-open', since: this.#state.until, probes: 0, successes: 0 });
    }
    if (this.#state.circuit === 'half-open') {
      const { probes, successes, since } = this.#state;
      if (probes + successes >= this.options.successThreshold)
        throw new CircuitOpenError(this.policy, 'half-open', since);
      this.#state.probes++;
    }
    return this.#state;
  }

  #succeeded(admittedBy: State): void {
    if (admittedBy !== this.#state) return;
    if (admittedBy.circuit === 'closed') this.#streak.success();
    if (admittedBy.circuit !== 'half-open') return;
    admittedBy.probes--;
    this.#probeSucceeded(admittedBy);
  }

  #probeSucceeded(state: Extract<State, { circuit: 'half-open' }>): void {
    state.successes++;
    if (state.successes < this.options.successThreshold) return;
    this.#streak.success();
    this.#enter({ circuit: 'closed' });
  }

  #failed(admittedBy: State, error: unknown, run: Run): void {
    if (admittedBy !== this.#state) return;
    if (admittedBy.circuit === 'half-open') admittedBy.probes--;
    if (run.signal.aborted || (error instanceof BulkheadFullError && error.policy === this.policy)) return;
    if (this.options.isAnswer(error)) {
      if (admittedBy.circuit === 'half-open') this.#probeSucceeded(admittedBy);
      return;
    }
    // While half-open the streak that opened the circuit still stands, so a single failure trips it again.
    if (this.#streak.failure()) {
      this.#enter({ circuit: 'open', until: this.runtime.now() + this.options.openMs }, { error });
    }
  }

  #enter(next: State, why: Pick<StateChange, 'error' | 'by'> = {}): void {
    const change = { policy: this.policy, from: this.#state.circuit, to: next.circuit, at: this.runtime.now(), ...why };
    this.#state = next;
    this.#lastChange = change;
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (thrown) {
        // An observer must not decide the fate of the call that it observes; its defect still has to be seen.
        process.emitWarning(
          `resilience "${this.policy}": a state change listener threw: ${inspect(thrown, { customInspect: false })}`,
          'ResilienceWarning',
        );
      }
    }
  }
}
