/** What came of counting one more request. */
export interface Taken {
  readonly admitted: boolean;
  /** How many more of this key are admitted in this window, as far as is known here. */
  readonly remaining: number;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
}

/**
 * Counts requests by key in windows of a second. Implementers owe: an answer, soon, whatever becomes of what they count
 * in; refusals to a key that asks for more than `limit`, until its window ends; room that what nobody asks for leaves.
 */
export interface RequestCounts {
  readonly limit: number;
  take(key: string): Taken | Promise<Taken>;
}

export const WINDOW_MS = 1_000;
