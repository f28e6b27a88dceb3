/** How much of the traffic retries may be: what a dependency that is down has to bear on top of it. */
export interface RetryBudgetSpec {
  /** Retries per run, over many runs: 0.2 lets one of five runs be retried once. From 0.000001 to 1. Default 0.2. */
  readonly share?: number;
  /** Retries that may come at once after a time without any; the budget begins with them. At least 1. Default 10. */
  readonly burst?: number;
}

const TOKEN = 1_000_000;
/** What is less is nothing, once it is counted in parts of a token. */
export const LEAST_SHARE = 1 / TOKEN;

/**
 * A share of the traffic, kept as tokens: each run brings `share` of one, each retry takes a whole one, and no more
 * than `burst` are saved. So however many callers fail at once, all of them together repeat `burst + share * runs`
 * attempts at most. No clock is in it: where nobody calls, nothing needs to be retried either.
 */
export class RetryBudget {
  /** In millionths, so that no sum of shares drifts. */
  #tokens: number;
  readonly #most: number;
  readonly #each: number;

  constructor({ share, burst }: Required<RetryBudgetSpec>) {
    this.#most = burst * TOKEN;
    this.#each = Math.round(share * TOKEN);
    this.#tokens = this.#most;
  }

  /** As at first. */
  refill(): void {
    this.#tokens = this.#most;
  }

  /** Retries that could be made now. */
  get left(): number {
    return Math.floor(this.#tokens / TOKEN);
  }

  /** A run begins. */
  deposit(): void {
    this.#tokens = Math.min(this.#most, this.#tokens + this.#each);
  }

  /** Whether one more retry may be made; it then counts as made. */
  withdraw(): boolean {
    if (this.#tokens < TOKEN) return false;
    this.#tokens -= TOKEN;
    return true;
  }
}
