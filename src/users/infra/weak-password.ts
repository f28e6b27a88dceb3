import { dictionary } from '@zxcvbn-ts/language-common';
import { WeakPassword, type Weakness } from '../users.contract.js';
import { asOpaqueString } from './opaque-string.js';

/** Whose password it is to be. */
interface Owner {
  readonly email: string;
  readonly name: string;
}

/** The passwords that people chose most, in lower case, as leaks have shown. */
const COMMON: ReadonlySet<string> = new Set(dictionary['passwords-common']);
const FEWEST_CHARACTERS = 5;
/** A longer part would do as a password of its own. */
const LONGEST_PART = 8;
/** Shorter names stand in many a good sentence. */
const SHORTEST_NAME = 4;

/** What is wrong with a password that somebody of this address and name chooses; undefined when nothing is. */
export function weaknessOf(password: string, { email, name }: Owner): Weakness | undefined {
  const text = asOpaqueString(password).trim().toLowerCase();
  if (isRepetitive(text)) return 'repetitive';
  if (/\p{Cc}/u.test(text)) return 'unprintable';
  if (COMMON.has(text)) return 'common';
  const own = [email, email.slice(0, email.indexOf('@')), name].map(lettersOf);
  return own.some((word) => word.length >= SHORTEST_NAME && word === lettersOf(text)) ? 'about-you' : undefined;
}

/** Throws WeakPassword, with why. */
export function requireStrong(password: string, owner: Owner): void {
  const why = weaknessOf(password, owner);
  if (why !== undefined) throw new WeakPassword({ pointer: '/password', why });
}

/** Few different characters, a short part over and over, or each the next one of the last: `abcdefgh`, `87654321`. */
function isRepetitive(text: string): boolean {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const steps = new Set(points.slice(1).map((point, index) => point - (points[index] ?? 0)));
  const part = (text + text).indexOf(text, 1);
  return new Set(points).size < FEWEST_CHARACTERS || steps.size === 1 || (part < text.length && part < LONGEST_PART);
}

/** A name and a number behind it are no more of a secret than the name. */
const lettersOf = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}@]/gu, '');
