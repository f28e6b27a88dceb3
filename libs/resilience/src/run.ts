import { TimeoutExceededError } from './errors.js';

/** Longest delay that setTimeout takes (24.8 days); a longer one would fire at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Where time and chance come from; tests replace them. */
export interface ResilienceRuntime {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** At least 0, less than 1. */
  readonly random: () => number;
}

/**
 * One call of `Resilience.run` from start to end. Its signal aborts when the caller gives up or the deadline passes,
 * whichever is first; every policy waits on that one signal, so that each wait (queue, backoff, call) ends at once and
 * leaves no timer or listener.
 */
export class Run {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #onCallerAbort = (): void => this.#controller.abort(this.#caller?.reason);
  readonly #deadlineTimer: NodeJS.Timeout | undefined;
  readonly deadline: number | undefined;

  constructor(
    private readonly policy: string,
    private readonly runtime: ResilienceRuntime,
    options: { signal?: AbortSignal | undefined; deadline?: number | undefined },
  ) {
    this.#caller = options.signal;
    this.deadline = options.deadline;
    if (this.deadline !== undefined && !Number.isFinite(this.deadline)) {
      throw new RangeError(
        `resilience "${policy}": options.deadline must be a finite number of epoch milliseconds, got ${this.deadline}`,
      );
    }
    const left = (this.deadline ?? Number.POSITIVE_INFINITY) - runtime.now();
    const expire = (): void =>
      this.#controller.abort(
        new TimeoutExceededError(policy, 'deadline', `the deadline ${this.deadline} (epoch ms) has passed`),
      );
    if (this.#caller?.aborted === true) this.#onCallerAbort();
    else if (left <= 0) expire();
    else if (left <= LONGEST_TIMER_MS) this.#deadlineTimer = setTimeout(expire, left);
    this.#caller?.addEventListener('abort', this.#onCallerAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The caller's own signal; it alone ends a fallback. */
  get callerSignal(): AbortSignal | undefined {
    return this.#caller;
  }

  /** Waits `ms`; rejects with the signal's reason as soon as the run ends. */
  sleep(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const elapsed = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    return untilAborted(elapsed, this.signal).finally(() => clearTimeout(timer));
  }

  /** A part that ends with the whole, and may be abandoned alone; `abandon()` or `close()` it. */
  branch(): Run {
    return new Run(this.policy, this.runtime, { signal: this.signal });
  }

  /**
   * Ends it for a reason that is nobody's fault: another part of the same run answered. After `close()` nobody hears
   * it.
   */
  abandon(): void {
    this.#controller.abort(new DOMException('another attempt of the same run answered', 'AbortError'));
    this.close();
  }

  close(): void {
    clearTimeout(this.#deadlineTimer);
    this.#caller?.removeEventListener('abort', this.#onCallerAbort);
  }
}

/**
 * Settles as `work` does, or rejects with the signal's reason the moment it aborts; a later outcome of `work` is then
 * of no interest.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    // Listened to even after an abort, so that a late rejection is handled. The abort rejects in its own turn, before
    // `work`, if it answers the same abort with an error of its own, can be heard: the caller always gets its own
    // reason.
    work.finally(() => signal.removeEventListener('abort', leave)).then(resolve, reject);
  });
}
