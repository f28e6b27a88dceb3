import { BulkheadFullError, CircuitOpenError } from './errors.js';
import type { ResilienceRuntime } from './run.js';

/** What a policy has counted since it was made, or reset. */
export interface PolicyCounts {
  /** Attempts that were made. */
  readonly attempts: number;
  /** Of these, those that failed; an expected failure has not, and one that was given up by its caller neither. */
  readonly failures: number;
  /** Attempts that the breaker or the bulkhead refused. */
  readonly refused: number;
  /** Runs that the fallback answered. */
  readonly fallbacks: number;
}

/** A failure of an attempt, for people: `message` is cut to 200 characters. */
export interface LastError {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly message: string;
}

const LONGEST_MESSAGE = 200;

/** Counts what becomes of attempts and runs. */
export class Tally {
  #counts = { attempts: 0, failures: 0, refused: 0, fallbacks: 0 };
  #lastError: LastError | undefined;

  constructor(
    private readonly policy: string,
    private readonly isAnswer: (error: unknown) => boolean,
    private readonly runtime: Pick<ResilienceRuntime, 'now'>,
  ) {}

  get counts(): PolicyCounts {
    return { ...this.#counts };
  }

  get lastError(): LastError | undefined {
    return this.#lastError;
  }

  /** The call begins. */
  made(): void {
    this.#counts.attempts++;
  }

  /** Around breaker and bulkhead; `signal` is that of the attempt. */
  async attempt<T>(made: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await made();
    } catch (error) {
      if (this.#isRefusal(error)) this.#counts.refused++;
      else if (!signal.aborted && !this.isAnswer(error)) this.#failed(error);
      throw error;
    }
  }

  fellBack(): void {
    this.#counts.fallbacks++;
  }

  reset(): void {
    this.#counts = { attempts: 0, failures: 0, refused: 0, fallbacks: 0 };
    this.#lastError = undefined;
  }

  #failed(error: unknown): void {
    this.#counts.failures++;
    this.#lastError = { at: this.runtime.now(), message: messageOf(error).slice(0, LONGEST_MESSAGE) };
  }

  #isRefusal(error: unknown): boolean {
    return (error instanceof CircuitOpenError || error instanceof BulkheadFullError) && error.policy === this.policy;
  }
}

/** What it says of itself. Anything can be thrown, also what throws when it is looked at. */
function messageOf(error: unknown): string {
  try {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  } catch {
    return 'an error that can not be read';
  }
  return `no error, but a ${typeof error}`;
}
