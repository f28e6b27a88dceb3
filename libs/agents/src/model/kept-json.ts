/** Deeper than what any contract takes, and far from where a stack ends. */
const DEEPEST = 64;

/**
 * Why a model's JSON can be neither kept nor sent again; undefined when it can. PostgreSQL keeps no character U+0000
 * and no half of a surrogate pair, and what is nested without end is more than whoever walks it can bear.
 */
export function problemOfJson(value: unknown): string | undefined {
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value: one, depth } = next;
    if (typeof one === 'string' && !isText(one)) return 'it holds what is no text';
    if (typeof one !== 'object' || one === null) continue;
    if (depth === DEEPEST) return `it is nested deeper than ${DEEPEST}`;
    if (!Array.isArray(one) && !Object.keys(one).every(isText)) return 'it holds what is no text';
    for (const inner of Object.values(one)) left.push({ value: inner, depth: depth + 1 });
  }
  return undefined;
}

const isText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
