import type { z } from 'zod';
import { definitionOf } from './schema-walk.js';

export type Check = z.core.$ZodCheck;
/** A check that bounds the length from above. */
export type Bound = z.core.$ZodCheckMaxLength | z.core.$ZodCheckLengthEquals;

export const checksOf = (schema: z.core.$ZodType): readonly Check[] => schema._zod.def.checks ?? [];

export const isBound = (check: Check): check is Bound =>
  check._zod.def.check === 'max_length' || check._zod.def.check === 'length_equals';

/** The most characters that a bound lets through. */
export const longestOf = ({ _zod: { def } }: Bound): number => (def.check === 'max_length' ? def.maximum : def.length);

export const isFormat = (check: Check): check is z.core.$ZodCheckStringFormat =>
  check._zod.def.check === 'string_format';

/** Formats of zod that look at each character once, and take letters, digits and marks of ASCII only. */
const FIXED_ALPHABETS = new Set<string>('uuid guid datetime date time ipv4 ulid nanoid e164'.split(' '));
/** Its other checks that look at each character once. */
const LINEAR = new Set<string>('starts_with ends_with includes lowercase uppercase'.split(' '));

/** Whether a string's own format (`z.uuid()` has one) leaves it a few characters to be made of. */
export const hasFixedAlphabet = (schema: z.core.$ZodType): boolean => FIXED_ALPHABETS.has(formatOf(schema) ?? '');

/** The format that a schema has itself, not through a check. */
export function formatOf(schema: z.core.$ZodType): string | undefined {
  const def = definitionOf(schema);
  return 'format' in def && typeof def.format === 'string' ? def.format : undefined;
}

/** Whether a check takes a time that grows with the length, and no faster. */
export function isLinear(check: Check): boolean {
  if (['min_length', 'overwrite'].includes(check._zod.def.check)) return true;
  if (!isFormat(check)) return false;
  const { format, pattern } = check._zod.def;
  if (FIXED_ALPHABETS.has(format) || LINEAR.has(format)) return true;
  return format === 'regex' && pattern !== undefined && !repeats(pattern);
}

const repeats = ({ source }: RegExp): boolean => REPEATS.test(source.replaceAll(ESCAPED, ''));

/**
 * `*`, `+` or `{n,}`: the pattern may repeat something as often as it likes. In a class they only mean themselves, and
 * count all the same.
 */
const REPEATS = /[*+]|\{\d{1,9},\}/;
const ESCAPED = /\\[^]/g;
