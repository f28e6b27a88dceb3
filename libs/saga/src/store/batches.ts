import { AsyncLocalStorage } from 'node:async_hooks';

interface Waiting<T, R> {
  readonly item: T;
  readonly settle: PromiseWithResolvers<R>;
}

export interface BatchesOptions {
  /** How many batches may be under way at once. */
  readonly atOnce: number;
  /** How many items a batch has at most. */
  readonly most: number;
}

/**
 * Collects what is asked for while as many batches as may be are under way, or in one turn of the event loop, and has
 * it done in one go.
 *
 *   asked --a batch may begin--> in a batch --done or failed--> answered
 *
 * Who is alone waits for nobody: after a batch of one the next begins at once. After a batch of several it begins with
 * the end of the turn, since those who were answered together ask together again.
 */
export class Batches<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private underWay = 0;
  private scheduled = false;
  /** How many were in the last batch. */
  private last = 0;
  /** A batch is no part of what the first who asked is doing. */
  private readonly apart = AsyncLocalStorage.snapshot();

  /**
   * `work` says for each item what becomes of it, in order; a promise among them keeps nobody else waiting. Rejects for
   * all when it rejects.
   */
  constructor(
    private readonly work: (items: readonly T[]) => Promise<readonly (R | Promise<R>)[]>,
    private readonly options: BatchesOptions,
  ) {}

  ask(item: T): Promise<R> {
    const settle = Promise.withResolvers<R>();
    this.waiting.push({ item, settle });
    this.schedule();
    return settle.promise;
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0 || this.underWay >= this.options.atOnce) return;
    if (this.last <= 1 && this.waiting.length === 1) {
      void this.apart(() => this.next());
      return;
    }
    this.scheduled = true;
    this.apart(setImmediate, () => {
      this.scheduled = false;
      void this.next();
    });
  }

  private async next(): Promise<void> {
    const batch = this.waiting.splice(0, this.options.most);
    this.underWay += 1;
    this.last = batch.length;
    // More than one batch may hold is asked for.
    this.schedule();
    try {
      const answers = await this.work(batch.map(({ item }) => item));
      for (const [nth, { settle }] of batch.entries()) {
        const answer = answers[nth];
        if (answer === undefined) settle.reject(new Error('a batch did not answer one of its items'));
        else settle.resolve(answer);
      }
    } catch (error) {
      for (const { settle } of batch) settle.reject(error);
    } finally {
      this.underWay -= 1;
      this.schedule();
    }
  }
}
