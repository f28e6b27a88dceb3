/** Looks that are kept at most; beyond them every second one is forgotten, and the bound is wider for a while. */
const MOST_LOOKS = 64;

/** What was seen of a queue. */
export interface QueueLook {
  /** When it was asked for, not when the answer came. Milliseconds of a clock that nobody sets. */
  readonly at: number;
  /** Messages that nobody has taken. */
  readonly waiting: number;
  /** Messages that this host was handed first, in all, when the answer came; 0 for one that takes none. */
  readonly taken: number;
}

/**
 * How long the oldest message of a queue has waited, at most: nobody says when it came. A queue hands out what came
 * first. So when this host alone has been handed as many messages as waited at some moment, all of those are gone, and
 * what waits now came later. Where others take, too, more are gone than is known here, and the bound is wider.
 */
export class LongestWait {
  readonly #looks: { readonly at: number; readonly goneAt: number }[] = [];
  #since: number | undefined;
  #taken = 0;
  #waiting = 0;

  look({ at, waiting, taken }: QueueLook): void {
    // Of the listeners of before nothing is known: what waited then may wait still.
    if (taken < this.#taken) this.#looks.length = 0;
    this.#taken = taken;
    this.#waiting = waiting;
    if (waiting === 0 || this.#since === undefined) this.#since = at;
    const gone = waiting === 0 ? this.#looks.length - 1 : this.#looks.findLastIndex(({ goneAt }) => goneAt <= taken);
    this.#since = Math.max(this.#since, this.#looks[gone]?.at ?? 0);
    this.#looks.splice(0, gone + 1);
    if (waiting === 0) return;
    this.#looks.push({ at, goneAt: taken + waiting });
    if (this.#looks.length > MOST_LOOKS)
      this.#looks.splice(0, this.#looks.length, ...this.#looks.filter((_, place) => place % 2 === 1));
  }

  /** Seconds; 0 when nothing waited at the last look. What waited before the first one counts from then. */
  seconds(now: number): number {
    return this.#waiting === 0 || this.#since === undefined ? 0 : Math.max(0, now - this.#since) / 1_000;
  }
}
