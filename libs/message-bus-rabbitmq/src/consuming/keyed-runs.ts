/** One piece of work. */
export interface KeyedRun {
  /** Runs of one key go one after the other; those without a key wait for nobody. */
  readonly key: string | undefined;
  /** Its turn will not come any more: it is skipped. */
  abandoned(): boolean;
  /** Never rejects. */
  perform(): Promise<void>;
}

/**
 * Runs work in order per key. Keys outlive the channel that brought the work: an event that comes again after a
 * reconnect waits for the run that the lost channel left behind.
 */
export class KeyedRuns {
  /** For each key that runs: those that wait. */
  private readonly waiting = new Map<string, KeyedRun[]>();

  add(run: KeyedRun): void {
    const { key } = run;
    if (key === undefined) return void run.perform();
    const queue = this.waiting.get(key);
    if (queue !== undefined) {
      // What a lost channel left waiting comes again: without this each reconnect would add to the queue of a key that
      // hangs.
      if (queue[0]?.abandoned() === true)
        queue.splice(0, queue.length, ...queue.filter((waiting) => !waiting.abandoned()));
      queue.push(run);
      return;
    }
    const later: KeyedRun[] = [];
    this.waiting.set(key, later);
    void this.drain(key, run, later);
  }

  private async drain(key: string, first: KeyedRun, later: KeyedRun[]): Promise<void> {
    for (let run: KeyedRun | undefined = first; run !== undefined; run = later.shift()) {
      if (!run.abandoned()) await run.perform();
    }
    this.waiting.delete(key);
  }
}
