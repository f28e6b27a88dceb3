/** Numbers below the greatest one that are still told apart: what was on its way at once has overtaken no more. */
const WIDTH = 2 ** 14;
/** Numbers below the first one that may still come: a reader that starts knows nothing of those before. */
const SLACK = 64;
const BITS = 32;

/**
 * Which numbers of one sender have come: each is new once. Those that are older than the last 16,384 are new never
 * again (RFC 4303, 3.4.3).
 */
export class ReplayWindow {
  readonly #seen = new Uint32Array(WIDTH / BITS);
  #greatest = -1;
  #least = 0;

  /** Whether the number has not come before; from now on it has. */
  isNew(number: number): boolean {
    if (this.#greatest < 0) {
      this.#greatest = number;
      this.#least = Math.max(0, number - SLACK);
    } else if (number > this.#greatest) this.#moveTo(number);
    else if (number < this.#least || number <= this.#greatest - WIDTH || this.#has(number)) return false;
    const at = number % WIDTH;
    const word = Math.floor(at / BITS);
    this.#seen[word] = (this.#seen[word] ?? 0) | (1 << (at % BITS));
    return true;
  }

  #has(number: number): boolean {
    const at = number % WIDTH;
    return ((this.#seen[Math.floor(at / BITS)] ?? 0) & (1 << (at % BITS))) !== 0;
  }

  /** What is between has not come yet. */
  #moveTo(number: number): void {
    if (number - this.#greatest >= WIDTH) this.#seen.fill(0);
    else
      for (let next = this.#greatest + 1; next <= number; next += 1) {
        const at = next % WIDTH;
        const word = Math.floor(at / BITS);
        this.#seen[word] = (this.#seen[word] ?? 0) & ~(1 << (at % BITS));
      }
    this.#greatest = number;
  }
}
