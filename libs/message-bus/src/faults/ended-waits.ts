/** Waits that end early when their signal aborts, or all of them at once. */
export class EndedWaits {
  private readonly waits = new Set<() => void>();
  private over = false;

  /** Calls `giveUp` once when the signal aborts or all ends, unless the returned function was called before. */
  begin(signal: AbortSignal | undefined, giveUp: () => void): () => void {
    const settled = (): void => {
      this.waits.delete(end);
      signal?.removeEventListener('abort', end);
    };
    const end = (): void => {
      settled();
      giveUp();
    };
    if (this.over || signal?.aborted === true) {
      giveUp();
      return settled;
    }
    this.waits.add(end);
    signal?.addEventListener('abort', end);
    return settled;
  }

  /** Resolves with true after the time, with false when it ended early. */
  pause(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(true), ms);
    const settled = this.begin(signal, () => resolve(false));
    return promise.finally(() => {
      clearTimeout(timer);
      settled();
    });
  }

  endAll(): void {
    this.over = true;
    for (const end of this.waits) end();
  }
}
