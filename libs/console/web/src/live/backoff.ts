const FIRST_MS = 500;
const MOST_MS = 30_000;

/**
 * How long to wait before the next try: twice as long each time, half of it by chance, so that browsers that were cut
 * off together do not come back together.
 * @param failures in a row, 1 or more
 * @param random yields [0, 1)
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return Math.round(longest * (0.5 + random() / 2));
}
