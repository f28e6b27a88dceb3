import { z } from 'zod';

/** One page of a list; without `nextCursor` it is the last one. */
export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

/** The schema of one page of a list, for the output of a query and for its route. */
export function page<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; nextCursor: z.ZodOptional<z.ZodString> }> {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() });
}

/** How a list goes from page to page. */
export interface Pages<P> {
  /**
   * The place behind which the page begins; undefined for the first. Throws the refusal for a cursor that this list did
   * not give.
   */
  after(cursor: string | undefined): P | undefined;
  /** Of what was found, one row more than `limit` if there are so many: the page, with a cursor if there is another. */
  cut<R, T>(found: readonly R[], limit: number, item: (row: R) => T, placeOf: (last: R) => P): Page<T>;
}

/**
 * Declares the place that a cursor stands for: what a list is ordered by, of the last row of a page. A cursor is that
 * place in base64url (a string as it is, anything else as JSON), so that nobody takes it for something to build.
 * @param refusal the failure for a cursor that is none: `() => new InvalidCursor({ pointer: '/cursor' })`
 */
export function pagesBy<P extends string | readonly unknown[]>(place: z.ZodType<P>, refusal: () => Error): Pages<P> {
  const read = (text: string): P => {
    const asIs = place.safeParse(text);
    const parsed = asIs.success ? asIs : place.safeParse(jsonIn(text));
    if (!parsed.success) throw refusal();
    return parsed.data;
  };
  const written = (at: P): string => (typeof at === 'string' ? at : JSON.stringify(at));
  return {
    after: (cursor) => (cursor === undefined ? undefined : read(Buffer.from(cursor, 'base64url').toString())),
    cut: (found, limit, item, placeOf) => {
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      const items = shown.map(item);
      return found.length > limit && last !== undefined
        ? { items, nextCursor: Buffer.from(written(placeOf(last))).toString('base64url') }
        : { items };
    },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
