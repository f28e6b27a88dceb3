import type { BoundedNames } from './bounded-names.js';
import type { HistogramReading, Reading } from '@isolith/observability';

/** The values of its labels. */
export interface SeriesLabels {
  readonly from: string;
  readonly to: string;
  readonly message: string;
  readonly lane: string;
}

const NO_FAILURE: ReadonlySet<string> = new Set(['success', 'handed-back']);

interface Tally {
  count: number;
}

/** The counts of one kind of message: how it ended, and how long that took. */
export class MessageSeries {
  readonly #outcomes = new Map<string, Tally>();
  readonly #counts: number[];
  #sum = 0;

  /**
   * @param buckets upper bounds in seconds, ascending
   * @param words for outcomes, which all series share
   */
  constructor(
    readonly labels: SeriesLabels,
    private readonly buckets: readonly number[],
    private readonly words: BoundedNames,
  ) {
    this.#counts = [...buckets, Infinity].map(() => 0);
  }

  isOf(from: string, to: string, lane: string): boolean {
    const { labels } = this;
    return labels.lane === lane && labels.from === from && labels.to === to;
  }

  add(outcome: string, seconds: number): void {
    const tally = this.#outcomes.get(outcome) ?? this.#begin(this.words.of(outcome));
    tally.count += 1;
    let at = 0;
    while (at < this.buckets.length && seconds > (this.buckets[at] ?? Infinity)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += seconds;
  }

  /** How many ended in another way than well; what was handed to another host has not ended. */
  failed(): number {
    let failed = 0;
    for (const [outcome, { count }] of this.#outcomes) if (!NO_FAILURE.has(outcome)) failed += count;
    return failed;
  }

  outcomes(): readonly Reading[] {
    return [...this.#outcomes].map(([outcome, { count: value }]) => ({ labels: { ...this.labels, outcome }, value }));
  }

  #begin(word: string): Tally {
    const tally = this.#outcomes.get(word) ?? { count: 0 };
    this.#outcomes.set(word, tally);
    return tally;
  }

  histogram(): HistogramReading {
    return { labels: { ...this.labels }, counts: [...this.#counts], sum: this.#sum };
  }
}
