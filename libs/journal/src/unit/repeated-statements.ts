import { prepared, type Statement } from '@isolith/postgres/internal';

/**
 * Whoever writes values into the text of a statement makes a new one each time; what comes again and again has
 * parameters.
 */
const OFTEN = 5;
/** Of each, every session keeps a plan for good. */
const NAMED_AT_MOST = 200;
const COUNTED_AT_MOST = 1_000;

/** A `*` behind what comes before columns, or before what comes behind them: any that may be no multiplication. */
const ALL_COLUMNS =
  /(?:\b(?:select|all|distinct|returning)|[,.])\s*\*|\*\s*(?:$|[,;]|(?:from|into|where|union|except|intersect|order|group|limit)\b|(?<!count\(\*)\))/i;

const named = new Map<string, Statement>();
const counts = new Map<string, number>();

/**
 * The statement, with a name once its text has come often: then a session parses and plans it once, which is half of
 * what a short statement costs the server. Never one with a `*` for columns: a release that adds a column would break
 * it in sessions that know it.
 */
export function repeated(text: string, values: readonly unknown[]): Statement {
  const known = named.get(text);
  if (known !== undefined) return { ...known, values };
  const count = (counts.get(text) ?? 0) + 1;
  if (counts.size >= COUNTED_AT_MOST) counts.clear();
  counts.set(text, count);
  if (count >= OFTEN && named.size < NAMED_AT_MOST && !ALL_COLUMNS.test(text)) {
    counts.delete(text);
    named.set(text, prepared(text));
  }
  return { text, values };
}
