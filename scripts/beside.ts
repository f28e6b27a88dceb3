import { seconds, StepEnded } from './steps.mjs';

/**
 * A step that runs beside those before it. Running -> done or failed -> waited for, in its turn; or ended, where its
 * turn does not come. Whoever waits for it is told of a failure.
 */
export class Beside<T> {
  readonly result: Promise<T>;
  readonly #ending = new AbortController();
  #took = '';

  readonly #failureOf: (result: T) => unknown;

  /**
   * @param body ends its tools when the signal is aborted
   * @param failureOf what a result says of a failure, where the body does not reject with it
   */
  constructor(body: (ending: AbortSignal) => Promise<T>, failureOf: (result: T) => unknown = () => undefined) {
    this.#failureOf = failureOf;
    const startedAt = Date.now();
    this.result = body(this.#ending.signal).finally(() => {
      this.#took = seconds(startedAt);
    });
    // Nobody may be waiting yet.
    this.result.catch(() => undefined);
  }

  /** How long it took; empty while it runs. */
  get took(): string {
    return this.#took;
  }

  /**
   * Ends it, when it is still running. Resolves with what it failed with of its own accord; undefined when it did not.
   */
  async end(): Promise<unknown> {
    this.#ending.abort();
    const failure = await this.result.then(this.#failureOf, (error: unknown) => error);
    return failure instanceof StepEnded ? undefined : failure;
  }
}
