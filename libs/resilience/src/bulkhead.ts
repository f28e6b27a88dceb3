import { BulkheadFullError } from './errors.js';
import type { Run } from './run.js';

/** How many attempts run in a bulkhead, and how many wait. */
export interface BulkheadState {
  readonly running: number;
  readonly queued: number;
}

/**
 * At most `concurrency` attempts run, at most `queue` wait, first come first served; any more are refused at once.
 *
 * cockatiel's bulkhead is not used: in it an aborted call keeps its place in the queue until a slot is free, and a
 * newcomer can take the slot between its release and the next turn of the queue.
 */
export class Bulkhead {
  #running = 0;
  /** Insertion order is arrival order; each entry, when called, hands its owner a slot. */
  readonly #queue = new Set<() => void>();

  constructor(
    private readonly policy: string,
    private readonly concurrency: number,
    private readonly queue: number,
  ) {}

  state(): BulkheadState {
    return { running: this.#running, queued: this.#queue.size };
  }

  async execute<T>(inner: () => Promise<T>, run: Run): Promise<T> {
    run.signal.throwIfAborted();
    if (this.#running < this.concurrency) this.#running++;
    else if (this.#queue.size < this.queue) await this.#slot(run.signal);
    else throw new BulkheadFullError(this.policy, this.concurrency, this.queue);
    try {
      return await inner();
    } finally {
      this.#release();
    }
  }

  /**
   * States of a waiter: *queued*, then either *admitted* (a slot was handed over) or *gone* (the run ended). Both ways
   * take it out of the queue first, in the same turn, so that neither can follow the other: a gone waiter is never
   * handed a slot.
   */
  #slot(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = (): void => {
        this.#queue.delete(admit);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#queue.delete(admit);
        reject(signal.reason);
      };
      this.#queue.add(admit);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** A slot goes straight to the first in the queue: it is never free in between, so nobody overtakes. */
  #release(): void {
    const [next] = this.#queue;
    if (next === undefined) this.#running--;
    else next();
  }
}
