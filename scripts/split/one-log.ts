import type { Readable } from 'node:stream';
/** A longer line is cut in pieces, so that a host that never ends its line fills no memory. */
const LONGEST_LINE = 64 * 1024;
const COLOURS = [36, 33, 35, 32, 34, 91, 96, 93, 95, 92, 94];

const wantsColour = (to: NodeJS.WriteStream) => to.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';

/**
 * One log of several writers, each line with its writer's name in a colour of its own; no colour where nobody would see
 * it, or with NO_COLOR. When `to` is full the writers wait, as they would with a terminal of their own.
 */
export class OneLog {
  #to;
  #colours;
  #width;
  #names;
  #sources: Set<Readable> = new Set();
  #gone = false;

  /** @param onGone nobody reads any more; called once */
  constructor(to: NodeJS.WriteStream, names: readonly string[], onGone: () => void) {
    this.#to = to;
    this.#names = names;
    this.#colours = wantsColour(to);
    this.#width = Math.max(...names.map((name) => name.length));
    to.on('drain', () => {
      for (const source of this.#sources) source.resume();
    });
    to.on('error', () => {
      if (this.#gone) return;
      this.#gone = true;
      // Nobody waits for a reader that is gone: what still comes is read and dropped, so that a drain can end.
      for (const source of this.#sources) source.resume();
      onGone();
    });
  }

  /** @param text one line */
  write(name: string, text: string) {
    if (this.#gone) return;
    const padded = name.padEnd(this.#width);
    const colour = COLOURS[this.#names.indexOf(name) % COLOURS.length] ?? 37;
    const prefix = this.#colours ? `\u001B[${colour}m${padded}\u001B[0m` : padded;
    if (this.#to.write(`${prefix} | ${text}\n`)) return;
    for (const source of this.#sources) source.pause();
  }

  /** Takes every line of a host's output until it ends. */
  follow(source: Readable, onLine: (line: string) => void) {
    let rest = '';
    this.#sources.add(source);
    source.setEncoding('utf8');
    source.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (; rest.length > LONGEST_LINE; rest = rest.slice(LONGEST_LINE)) lines.push(rest.slice(0, LONGEST_LINE));
      for (const line of lines) onLine(line.replace(/\r$/, ''));
    });
    source.once('close', () => {
      this.#sources.delete(source);
      if (rest !== '') onLine(rest);
    });
  }
}
