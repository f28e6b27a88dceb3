/** The same order for the same seed (a whole number), whatever the machine: xorshift picks what comes next. */
export function shuffled<T>(all: readonly T[], seed: number): readonly T[] {
  const left = [...all];
  let state = (seed | 0) === 0 ? 1 : seed | 0;
  for (let last = left.length - 1; last > 0; last -= 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (last + 1);
    const [one, two] = [left[last], left[other]];
    if (one === undefined || two === undefined) continue;
    left[last] = two;
    left[other] = one;
  }
  return left;
}
