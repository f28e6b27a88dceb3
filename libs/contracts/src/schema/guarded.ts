import { z } from 'zod';
import { mapSchema } from './map-schema.js';
import { definitionOf } from './schema-walk.js';
import { type Bound, checksOf, hasFixedAlphabet, isBound, longestOf } from './string-checks.js';

type Schema = z.core.$ZodType;
type Internals = Schema['_zod'];

/**
 * Beyond so many entries of one list or record the first wrong one is told and no others: telling costs far more than
 * checking.
 */
const MOST_TOLD_OF = 500;

/**
 * The same schema, checked in a time that a stranger's value can't stretch:
 *
 *   a string              is refused for its length before anything else looks at it. zod itself runs every check and
 *                         says then that there was too much, so a pattern whose time grows with the square of the
 *                         length stands still on what a bound of 200 characters was to keep out. It is refused too when
 *                         it is no text: half of a surrogate pair becomes U+FFFD where it is written as UTF-8, so that
 *                         two passwords are one, and no database holds U+0000
 *   a long list or record is given up at its first wrong entry
 */
export function guarded<T extends Schema>(schema: T): T {
  return mapSchema(schema, (copy) => {
    const def = definitionOf(copy);
    if (def.type === 'string') textFirst(copy, checksOf(copy).filter(isBound));
    else if (def.type === 'array') giveUpLists(copy._zod);
    else if (def.type === 'record') giveUpRecords(copy._zod, def.valueType);
    return copy;
  });
}

function textFirst(schema: Schema, bounds: readonly Bound[]): void {
  const zod = schema._zod;
  const run = zod.run.bind(zod);
  const longest = Math.min(...bounds.map(longestOf));
  const holdsAnything = !hasFixedAlphabet(schema);
  zod.run = (payload, context) => {
    const { value } = payload;
    if (typeof value === 'string') {
      if (value.length > longest) {
        for (const bound of bounds) void bound._zod.check(payload);
        return payload;
      }
      const message = holdsAnything ? notText(value) : undefined;
      if (message !== undefined) {
        payload.issues.push({ code: 'custom', message, input: value, inst: schema });
        return payload;
      }
    }
    return run(payload, context);
  };
}

/** Why a string is no text; undefined when it is. */
function notText(value: string): string | undefined {
  if (!value.isWellFormed()) return 'must be text, but holds half of a surrogate pair';
  return value.includes('\0') ? 'must not hold the character U+0000' : undefined;
}

function giveUpLists(zod: Internals): void {
  const run = zod.run.bind(zod);
  zod.run = (payload, context) => {
    const isLong = Array.isArray(payload.value) && payload.value.length > MOST_TOLD_OF;
    return run(payload, isLong ? { ...context, abortEarly: true } : context);
  };
}

/** zod has no early end for records, so the entries of a long one are looked at before. */
function giveUpRecords(zod: Internals, entry: Schema): void {
  const run = zod.run.bind(zod);
  zod.run = (payload, context) => {
    const entries = z.core.util.isPlainObject(payload.value) ? Object.entries(payload.value) : [];
    for (const [name, value] of entries.length > MOST_TOLD_OF ? entries : []) {
      const result = entry._zod.run({ value, issues: [] }, context);
      if (result instanceof Promise || result.issues.length === 0) continue;
      payload.issues.push(...z.core.util.prefixIssues(name, result.issues));
      return payload;
    }
    return run(payload, context);
  };
}
