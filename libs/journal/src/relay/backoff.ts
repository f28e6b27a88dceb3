const FIRST_MS = 100;
const LONGEST_MS = 10_000;

/**
 * How long to wait after the `failures`th failure in a row (1 or more), in milliseconds: somewhere between nothing and
 * 100 ms, 200 ms, 400 ms, … 10 s, at random all the way, so that those who failed together do not come back together.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
}
