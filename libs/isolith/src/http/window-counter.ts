interface Window {
  readonly endsAt: number;
  hits: number;
}

export interface WindowOptions {
  /** Hits per key and window that are allowed. */
  readonly limit: number;
  readonly windowMs: number;
  /** The most windows that are held; 10,000 when absent. */
  readonly maxWindows?: number;
  readonly now?: () => number;
}

const MAX_WINDOWS = 10_000;

/**
 * Counts hits per key in fixed windows, in memory and bounded: the window that began first makes room. So a host
 * counts for itself only, and a flood from more identities than fit is not held back per identity.
 */
export class WindowCounter {
  // Insertion order is the order of beginning: a key that begins anew is put at the end.
  readonly #windows = new Map<string, Window>();
  readonly #now: () => number;

  constructor(private readonly options: WindowOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  get size(): number {
    return this.#windows.size;
  }

  /** Counts one hit; undefined when it is allowed, else the milliseconds until the window ends. */
  hit(key: string): number | undefined {
    const now = this.#now();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { endsAt: now + this.options.windowMs, hits: 0 };
      this.#windows.delete(key);
      this.#windows.set(key, window);
      this.#makeRoom();
    }
    window.hits += 1;
    return window.hits > this.options.limit ? window.endsAt - now : undefined;
  }

  #makeRoom(): void {
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= (this.options.maxWindows ?? MAX_WINDOWS)) return;
      this.#windows.delete(oldest);
    }
  }
}
