import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const KEPT_LOG = 4_000;

/** One try to end a process. */
export interface Ending {
  readonly signal: NodeJS.Signals;
  readonly withinMs: number;
}

/** A server that runs in the foreground as a child of this process. */
export class ServerProcess {
  #child: ChildProcess;
  #ended = false;
  #end: Promise<void>;
  #name;
  #logFile;

  /**
   * @param env all of it
   * @param folder working directory
   */
  constructor(
    name: string,
    [command, args]: [string, readonly string[]],
    env: NodeJS.ProcessEnv,
    folder: string,
    logFile: string,
  ) {
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
   * @throws {Error} with the end of the server's log when it ends or the limit is over before that
   */
  async untilReady(check: () => Promise<void>, limitMs: number) {
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

  /** Tries the endings one after the other until the process is gone. */
  async end(endings: readonly Ending[]) {
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
