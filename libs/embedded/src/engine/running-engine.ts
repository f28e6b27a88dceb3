import { tellable } from '@isolith/contracts';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { EngineStoppedError } from './engine-stopped-error.js';

/**
 * What a server says before it ends all sessions at once, and what the compiled engine says when it hits a wall of its
 * own.
 */
const STOPPED = /\bPANIC: |^Aborted\(/;
const LINES_AT_START = 20;

/**
 * A started engine. It is starting, then running, then closed or stopped.
 *
 * Stopped is what a panic means (the disk refused a commit, memory is corrupt): a server would end and recover from its
 * log at the next start. Here the engine's code returns into PGlite, which swallows what it throws and calls it again:
 * at best nobody gets an answer any more, at worst this goes on for ever with the event loop stopped. So the functions
 * through which PGlite goes on are made to throw; the statement in flight and all later ones fail, and nothing more is
 * written. A new start recovers.
 */
export class RunningEngine {
  #failure: EngineStoppedError | undefined;
  #started: PGlite | undefined;
  readonly #said: string[] = [];

  private constructor(private readonly where: string) {}

  static async start(options: PGliteOptions, where: string): Promise<RunningEngine> {
    const engine = new RunningEngine(where);
    try {
      engine.#started = await PGlite.create({ ...options, onStderr: (line) => engine.#hear(line) });
      return engine;
    } catch (error) {
      throw new Error(
        `The embedded database in ${where} did not start: ${[tellable(error).message, ...engine.#said].join(' | ')}`,
        { cause: error },
      );
    }
  }

  get pglite(): PGlite {
    if (this.#started === undefined) throw new Error('the engine is still starting');
    return this.#started;
  }

  /** Why it stopped, if it did. */
  get failure(): EngineStoppedError | undefined {
    return this.#failure;
  }

  /**
   * Writes what is left and ends. A stopped engine is let go without the last checkpoint, which would vouch for writes
   * that failed:
   * only its runtime is ended, which closes its files and clears the timers that would keep the process.
   */
  async close(): Promise<void> {
    if (this.#failure === undefined) return this.pglite.close();
    try {
      this.pglite.Module._emscripten_force_exit(1);
    } catch (error) {
      // Leaving by an exception is how the runtime ends; any other one says that it did not.
      if (!(typeof error === 'object' && error !== null && 'name' in error && error.name === 'ExitStatus')) throw error;
    }
  }

  #hear(line: string): boolean {
    if (this.#started === undefined) {
      if (this.#said.length < LINES_AT_START) this.#said.push(line);
    } else if (this.#failure === undefined && STOPPED.test(line)) {
      const failure = new EngineStoppedError(this.where, line);
      this.#failure = failure;
      const refuse = (): never => {
        throw failure;
      };
      // In this order PGlite comes by: before a round, in a round, after one that threw, and at the end of a message.
      Object.assign(this.#started.Module, {
        stackSave: refuse,
        _PostgresMainLoopOnce: refuse,
        stackRestore: refuse,
        _pgl_pq_flush: refuse,
      });
    }
    return false;
  }
}
