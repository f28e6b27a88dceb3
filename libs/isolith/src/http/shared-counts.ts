import { LRUCache } from 'lru-cache';
import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import { type RequestCounts, type Taken, WINDOW_MS } from './request-counts.js';

/** Keys whose windows are remembered; the one that was not heard of for longest makes room. */
const MOST_KEYS = 10_000;
const SHARES = 10;

interface Window {
  endsAt: number;
  /** Requests that are admitted without asking anybody. */
  left: number;
  /** Of the count that all share, as it was told last. */
  remaining: number;
  refused: boolean;
  asking: Promise<void> | undefined;
}

export interface SharedCountsOptions {
  readonly limit: number;
  /** The count that all gateways share, with an insurance for when it can't be reached. */
  readonly limiter: Pick<RateLimiterAbstract, 'consume'>;
  /** Under which name a key is counted there: addresses are nobody else's business. */
  readonly nameOf: (key: string) => string;
  readonly now?: () => number;
}

/**
 * Counts the requests of several gateways together, a tenth of the limit at a time: the first tenth of a window is
 * admitted by each gateway for itself, each next one is taken from the shared count. So who asks now and then waits for
 * nobody, who asks much waits once in a tenth, and all gateways together admit at most the limit and a tenth for each.
 */
export class SharedCounts implements RequestCounts {
  readonly limit: number;
  readonly #share: number;
  readonly #windows = new LRUCache<string, Window>({ max: MOST_KEYS });
  readonly #now: () => number;

  constructor(private readonly options: SharedCountsOptions) {
    this.limit = options.limit;
    this.#share = Math.max(1, Math.floor(options.limit / SHARES));
    this.#now = options.now ?? (() => performance.now());
  }

  async take(key: string): Promise<Taken> {
    const window = this.#windowOf(key);
    // Those that wait for the same share may use it up before it is this one's turn.
    while (window.left === 0 && !window.refused) {
      window.asking ??= this.#askForMore(key, window);
      await window.asking;
    }
    const resetMs = Math.max(0, window.endsAt - this.#now());
    if (window.left === 0) return { admitted: false, remaining: 0, resetMs };
    window.left -= 1;
    return { admitted: true, remaining: window.left + window.remaining, resetMs };
  }

  #windowOf(key: string): Window {
    const now = this.#now();
    const known = this.#windows.get(key);
    if (known !== undefined && (known.endsAt > now || known.asking !== undefined)) return known;
    const remaining = this.limit - this.#share;
    const window = { endsAt: now + WINDOW_MS, left: this.#share, remaining, refused: false, asking: undefined };
    this.#windows.set(key, window);
    return window;
  }

  /** The shared window is the one that counts, from when it is known here. */
  async #askForMore(key: string, window: Window): Promise<void> {
    try {
      const { remainingPoints, msBeforeNext } = await this.options.limiter.consume(
        this.options.nameOf(key),
        this.#share,
      );
      window.left += this.#share;
      window.remaining = remainingPoints;
      window.endsAt = this.#now() + msBeforeNext;
    } catch (refusal) {
      window.endsAt = this.#now() + refusedUntil(refusal);
      window.refused = true;
    } finally {
      window.asking = undefined;
    }
  }
}

/** The library rejects with its result where there is no room. */
function refusedUntil(refusal: unknown): number {
  if (!(refusal instanceof RateLimiterRes)) throw refusal;
  return refusal.msBeforeNext;
}
