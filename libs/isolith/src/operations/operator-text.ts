import { z } from 'zod';

/** A database holds no NUL, and a line of a log no other control characters. */
const PLAIN = /^[^\p{Cc}]*$/u;
const plain = z.string().min(1).max(500).regex(PLAIN, 'must not hold control characters');

/** What an operator names something by. */
export const operatorText = plain;

/** Why an operator does something: kept with what was done. */
export const reason = plain.regex(/\S/, 'must say why');
