import { z } from 'zod';

// Written with what the pattern languages of all engines share, since clients in other languages read them too. Each
// looks at every character once: what may come before the first that is not blank can't be taken for it.
const PLAIN = new RegExp(String.raw`^[^\x00-\x1f\x7f-\x9f]*$`);
const LINE = new RegExp(String.raw`^[ \xa0]*[^\x00-\x20\x7f-\xa0][^\x00-\x1f\x7f-\x9f]*$`);

/** Text without control characters, of at most `max` characters; it may be empty. */
export const plain = (max: number): z.ZodString => z.string().max(max).regex(PLAIN, 'must not hold control characters');

/** One line for people to read: of 1 to `max` characters, not blank, without control characters. */
export const line = (max: number): z.ZodString =>
  z.string().min(1).max(max).regex(LINE, 'must not be blank nor hold control characters');
