import { LRUCache } from 'lru-cache';
import type { Fallback } from './fallback.js';
import { steadyNow } from './steady-now.js';

/** What is kept of answers, and for how long they may stand in for one. */
export interface StaleAnswersSpec {
  /** The oldest answer that is still better than none; milliseconds. */
  readonly maxAgeMs: number;
  /** Answers that are kept; those that were asked for least recently go first. Default 1000. */
  readonly maxEntries?: number;
  /** Characters of all kept answers together, as JSON. Default 1000000. */
  readonly maxChars?: number;
}

/** A kept answer, as a copy of its own. */
export interface StaleAnswer<T> {
  readonly answer: T;
  readonly ageMs: number;
}

/**
 * The last answers by key, for the time in which there are none: bounded in number, in size and in age. Each is kept
 * as JSON and read anew, so nobody who gets one shares it with anybody.
 *
 * Whoever may see an answer must be part of its key unless everybody may.
 */
export class StaleAnswers<T> {
  readonly #kept: LRUCache<string, { readonly text: string; readonly at: number }>;
  readonly #maxAgeMs: number;

  /**
   * @param read what makes an answer of its JSON, such as the `parse` of a schema; what it throws is as good as no
   *   answer
   * @throws {RangeError} that names each field out of range
   */
  constructor(
    { maxAgeMs, maxEntries = 1_000, maxChars = 1_000_000 }: StaleAnswersSpec,
    private readonly read: (json: unknown) => T,
    private readonly now: () => number = () => steadyNow(),
  ) {
    const wrong = Object.entries({ maxAgeMs, maxEntries, maxChars }).filter(
      ([, value]) => !(Number.isSafeInteger(value) && value >= 1),
    );
    if (wrong.length > 0)
      throw new RangeError(
        `stale answers: ${wrong.map(([field, value]) => `${field} must be a whole number of at least 1, got ${value}`).join('; ')}`,
      );
    this.#maxAgeMs = maxAgeMs;
    this.#kept = new LRUCache({
      max: maxEntries,
      maxSize: maxChars,
      sizeCalculation: ({ text }, key) => text.length + key.length + 1,
    });
  }

  /** How many are kept, those included that are too old by now. */
  get size(): number {
    return this.#kept.size;
  }

  /**
   * What has no JSON (nothing, a BigInt, what contains itself), or is larger than all that may be kept, is not, nor
   * what was kept before it. Never throws for it: it is an answer all the same.
   */
  keep(key: string, answer: T): void {
    const text = jsonOf(answer);
    if (text === undefined) this.#kept.delete(key);
    else this.#kept.set(key, { text, at: this.now() });
  }

  find(key: string): StaleAnswer<T> | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    const ageMs = this.now() - found.at;
    try {
      if (ageMs <= this.#maxAgeMs) return { answer: this.read(JSON.parse(found.text)), ageMs };
    } catch {
      // Another release's answer, or one that was made unreadable: there is none.
    }
    this.#kept.delete(key);
    return undefined;
  }

  /** The call, whose answers are kept under the key from now on. */
  keeping(key: string, call: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
    return async (signal) => {
      const answer = await call(signal);
      this.keep(key, answer);
      return answer;
    };
  }

  /** For one run: the kept answer, or the error where there is none. `onUse` is told of each that stood in. */
  fallback(key: string, onUse: (used: StaleAnswer<T>, error: unknown) => void = () => undefined): Fallback<T> {
    return (error) => {
      const found = this.find(key);
      if (found === undefined) throw error;
      onUse(found, error);
      return found.answer;
    };
  }
}

function jsonOf(answer: unknown): string | undefined {
  try {
    return JSON.stringify(answer);
  } catch {
    return undefined;
  }
}
