/** Edits (insert, delete, replace, swap of neighbours) between two words, no letter edited twice. */
export function editDistance(a: string, b: string): number {
  // Three rows of the classic table are enough; a swap looks back two.
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/**
 * How many edits still look like a slip of the same name. Short names are close to many innocent ones (PORT, PATH,
 * HOST).
 */
const slips = (length: number): number => (length <= 4 ? 0 : length <= 8 ? 1 : length <= 14 ? 2 : 3);

const bare = (name: string): string => name.toUpperCase().replaceAll(/[_\-.]/g, '');

/**
 * The known name that `name` was probably meant to be. Case and separators do not count (`port`, `DATADIR`), and the
 * first letter must be right: people rarely miss that one, and `OAUTH_SECRET` belongs to somebody else.
 */
export function nearMiss(name: string, known: readonly string[]): string | undefined {
  const word = bare(name);
  const candidates = known
    .map((candidate) => ({ candidate, target: bare(candidate) }))
    .filter(({ target }) => target[0] === word[0] && Math.abs(target.length - word.length) <= 3)
    .map(({ candidate, target }) => ({
      candidate,
      allowed: slips(target.length),
      distance: editDistance(word, target),
    }))
    .filter(({ distance, allowed }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance);
  return candidates[0]?.candidate;
}
