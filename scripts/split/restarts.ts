const WINDOW_MS = 60_000;

/** How often one host may be started again within a minute. */
export const MOST_RESTARTS = 5;

/**
 * When a host that died may be started again: after a delay that doubles each time (0.5 s, 1 s, 2 s, 4 s, 8 s), and no
 * more within a minute. One that kept running for a minute begins anew.
 */
export class Restarts {
  #firstDelayMs;
  #at: number[] = [];

  constructor(firstDelayMs: number) {
    this.#firstDelayMs = firstDelayMs;
  }

  /** @param now milliseconds @returns milliseconds to wait, undefined: leave it down */
  next(now: number): number | undefined {
    this.#at = this.#at.filter((at) => now - at < WINDOW_MS);
    if (this.#at.length >= MOST_RESTARTS) return undefined;
    const delay = this.#firstDelayMs * 2 ** this.#at.length;
    this.#at.push(now);
    return delay;
  }
}
