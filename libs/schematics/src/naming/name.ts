import { Refused } from '../refusals/refused.js';

const WORD_BORDERS = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-_]/;
const WORD = /^[a-z0-9]+$/;
const LONGEST = 60;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** One name as it is written in files and contracts, for classes, for constants and in SQL. */
export class Name {
  private constructor(private readonly words: readonly string[]) {}

  /**
   * Reads `reserve-stock`, `reserve_stock`, `reserveStock` or `ReserveStock`.
   * @param what it names, for the message
   * @throws {Refused} naming the rule
   */
  static parse(text: string, what: string): Name {
    const words = text.split(WORD_BORDERS).map((word) => word.toLowerCase());
    const name = new Name(words);
    if (!words.every((word) => WORD.test(word)) || !/^[a-z]/.test(name.kebab))
      throw new Refused(
        `"${text}" is no name of ${what}: expected words of a to z and 0 to 9 that begin with a letter, as in reserve-stock or ReserveStock`,
      );
    if (name.kebab.length > LONGEST)
      throw new Refused(`"${text}" is too long for a name of ${what}: ${LONGEST} characters at most`);
    return name;
  }

  /** The words of both. */
  followedBy(other: Name): Name {
    return new Name([...this.words, ...other.words]);
  }

  get kebab(): string {
    return this.words.join('-');
  }

  get snake(): string {
    return this.words.join('_');
  }

  get pascal(): string {
    return this.words.map(capital).join('');
  }

  get camel(): string {
    return this.pascal.charAt(0).toLowerCase() + this.pascal.slice(1);
  }
}
