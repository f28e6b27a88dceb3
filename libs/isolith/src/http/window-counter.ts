import { LRUCache } from 'lru-cache';
import { type RequestCounts, type Taken, WINDOW_MS } from './request-counts.js';

interface Window {
  readonly endsAt: number;
  hits: number;
}

export interface WindowOptions {
  /** Hits per key and window that are allowed. */
  readonly limit: number;
  readonly windowMs?: number;
  /** The most windows that are held; 10,000 when absent. */
  readonly maxWindows?: number;
  readonly now?: () => number;
}

const MAX_WINDOWS = 10_000;

/**
 * Counts hits per key in fixed windows, in memory and bounded: the key that was not heard of for longest makes room. So
 * a host counts for itself only, and a flood from more identities than fit is not held back per identity.
 */
export class WindowCounter implements RequestCounts {
  readonly limit: number;
  readonly #windowMs: number;
  readonly #windows: LRUCache<string, Window>;
  readonly #now: () => number;

  constructor({ limit, windowMs = WINDOW_MS, maxWindows = MAX_WINDOWS, now }: WindowOptions) {
    this.limit = limit;
    this.#windowMs = windowMs;
    this.#windows = new LRUCache({ max: maxWindows });
    this.#now = now ?? (() => performance.now());
  }

  get size(): number {
    return this.#windows.size;
  }

  take(key: string): Taken {
    const now = this.#now();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { endsAt: now + this.#windowMs, hits: 0 };
      this.#windows.set(key, window);
    }
    window.hits += 1;
    return {
      admitted: window.hits <= this.limit,
      remaining: Math.max(0, this.limit - window.hits),
      resetMs: window.endsAt - now,
    };
  }
}
