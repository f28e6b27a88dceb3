import { spreadOf } from '../harness/statistics.js';

/** What was counted so far, or between two moments. */
export interface Counts {
  /** Transactions that wrote. */
  readonly commits: number;
  /** All that the server counts. */
  readonly transactions: number;
  readonly roundTrips: number;
  readonly walBytes: number;
  /** Published to the broker. */
  readonly messages: number;
}

export const each = (counts: Counts, change: (value: number, key: keyof Counts) => number): Counts => ({
  commits: change(counts.commits, 'commits'),
  transactions: change(counts.transactions, 'transactions'),
  roundTrips: change(counts.roundTrips, 'roundTrips'),
  walBytes: change(counts.walBytes, 'walBytes'),
  messages: change(counts.messages, 'messages'),
});

export const medians = (all: readonly Counts[]): Counts => {
  const [first] = all;
  if (first === undefined) throw new Error('nothing was counted');
  return each(first, (_, key) => spreadOf(all.map((counts) => counts[key])).median);
};

/** What was counted while the work was done. */
export async function during(counts: () => Promise<Counts>, work: () => Promise<unknown>): Promise<Counts> {
  const before = await counts();
  await work();
  const after = await counts();
  return each(after, (value, key) => value - before[key]);
}
