import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const KEPT_LOG = 4_000;

/** @typedef {{ signal: NodeJS.Signals, withinMs: number }} Ending one try to end a process */

/** A server that runs in the foreground as a child of this process. */
export class ServerProcess {
  /** @type {import('node:child_process').ChildProcess} */
  #child;
  #ended = false;
  /** @type {Promise<void>} */
  #end;
  #name;
  #logFile;

  /**
   * @param {string} name @param {[string, readonly string[]]} command @param {NodeJS.ProcessEnv} env all of it
   * @param {string} folder working directory @param {string} logFile
   */
  constructor(name, [command, args], env, folder, logFile) {
    this.#name = name;
    this.#logFile = logFile;
    const log = openSync(logFile, 'a', 0o600);
    this.#child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#end = new Promise((resolve) => {
      const ended = () => {
        this.#ended = true;
        resolve();
      };
      this.#child.once('error', ended);
      this.#child.once('exit', ended);
    });
  }

  get pid() {
    return this.#child.pid;
  }

  get ended() {
    return this.#ended;
  }

  /**
   * Waits until `check` passes.
   * @param {() => Promise<void>} check @param {number} limitMs
   * @throws {Error} with the end of the server's log when it ends or the limit is over before that
   */
  async untilReady(check, limitMs) {
    const giveUpAt = Date.now() + limitMs;
    for (;;) {
      try {
        await check();
        return;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (this.#ended) throw new Error(`${this.#name} ended before it was ready\n${this.#log()}`, { cause: error });
        if (Date.now() > giveUpAt)
          throw new Error(`${this.#name} was not ready within ${limitMs} ms (${why})\n${this.#log()}`, {
            cause: error,
          });
      }
      await delay(POLL_MS);
    }
  }

  /** Tries the endings one after the other until the process is gone. @param {readonly Ending[]} endings */
  async end(endings) {
    for (const { signal, withinMs } of endings) {
      if (this.#ended) return;
      this.#child.kill(signal);
      const bound = new AbortController();
      await Promise.race([this.#end, delay(withinMs, undefined, { signal: bound.signal }).catch(() => undefined)]);
      bound.abort();
    }
    if (!this.#ended) throw new Error(`${this.#name} (process ${this.pid}) does not end`);
  }

  #log() {
    return readFileSync(this.#logFile, 'utf8').slice(-KEPT_LOG);
  }
}
