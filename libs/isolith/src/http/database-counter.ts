import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { WINDOW_MS } from './request-counts.js';

/** What a shared count says after something was added. */
export interface Counted {
  readonly points: number;
  /** Milliseconds until its window ends, by the clock of where it is counted. */
  readonly endsInMs: number;
}

/** Adds to the count of a name, in a window of so many milliseconds that begins with the first of it. */
export type AddToCount = (name: string, points: number, windowMs: number) => Promise<Counted>;

/** No request waits for longer. */
const ANSWER_WITHIN_MS = 250;
/** After a count that did not come the database is asked so often whether it counts again. */
const ALONE_MS = 1_000;

export interface DatabaseCounterOptions {
  readonly limit: number;
  /** Begins the names of this limit. */
  readonly prefix: string;
  readonly add: AddToCount;
  /** Told why this process counts for itself, and undefined when it no longer does. */
  readonly onProblem: (problem: unknown) => void;
}

/**
 * The library's own store of PostgreSQL goes by the clock of each gateway: one that is ahead would begin every window
 * anew, and leave the others with one that does not end. This one goes by the database's. While the database does not
 * answer, the count of this process takes its place.
 */
export class DatabaseCounter extends RateLimiterPostgres {
  readonly #limit: number;
  readonly #add: AddToCount;
  readonly #onProblem: (problem: unknown) => void;
  #asksAgain: NodeJS.Timeout | undefined;

  constructor({ limit, prefix, add, onProblem }: DatabaseCounterOptions) {
    const duration = WINDOW_MS / 1_000;
    // Its room is that of the keys that ask: a tenth of a limit each, within one window.
    const insuranceLimiter = new RateLimiterMemory({ points: limit, duration });
    super({
      points: limit,
      duration,
      keyPrefix: prefix,
      insuranceLimiter,
      // Neither its client nor its table is used: what it would ask them for is below.
      storeClient: {},
      storeType: 'client',
      tableCreated: true,
      clearExpiredByTimeout: false,
    });
    this.#limit = limit;
    this.#add = add;
    this.#onProblem = onProblem;
  }

  /** What the library asks its stores for. */
  protected async _upsert(name: string, points: number, windowMs: number): Promise<Counted> {
    if (this.#asksAgain !== undefined) throw new Error('this process counts for itself');
    try {
      return await inTime(this.#add(name, points, windowMs));
    } catch (error) {
      this.#countAlone(error);
      throw error;
    }
  }

  /** Until the database answers again, which no request waits for. */
  #countAlone(problem: unknown): void {
    this.#onProblem(problem);
    clearTimeout(this.#asksAgain);
    this.#asksAgain = setTimeout(() => void this.#askAgain(), ALONE_MS).unref();
  }

  async #askAgain(): Promise<void> {
    try {
      await inTime(this.#add(`${this.keyPrefix} asked again`, 0, WINDOW_MS));
      this.#asksAgain = undefined;
      this.#onProblem(undefined);
    } catch (error) {
      if (this.#asksAgain !== undefined) this.#countAlone(error);
    }
  }

  close(): void {
    clearTimeout(this.#asksAgain);
    this.#asksAgain = undefined;
  }

  /** How the library understands what a store answered. */
  protected _getRateLimiterRes(_name: string, added: number, { points, endsInMs }: Counted): RateLimiterRes {
    return new RateLimiterRes(Math.max(0, this.#limit - points), Math.max(0, endsInMs), points, points === added);
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const noAnswer = (): void => late.reject(new Error(`the count did not come within ${ANSWER_WITHIN_MS} ms`));
  const waiting = setTimeout(noAnswer, ANSWER_WITHIN_MS);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(waiting);
  }
}
