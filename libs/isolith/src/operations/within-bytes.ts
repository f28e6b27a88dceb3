/** What a context answers at most, in characters of JSON: several such answers fit into one of a host. */
const LONGEST_ANSWER = 500_000;

/** As many of the items as fit into one answer, at least one, and whether that is all of them. */
export function withinBytes<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  longest = LONGEST_ANSWER,
): { readonly items: readonly T[]; readonly whole: boolean } {
  let size = 0;
  const first = items.findIndex((item, nth) => (size += sizeOf(item)) > longest && nth > 0);
  return first === -1 ? { items, whole: true } : { items: items.slice(0, first), whole: false };
}
