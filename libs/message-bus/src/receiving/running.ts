/** How many pieces of work run, for whoever has to wait until none does. */
export class Running {
  private count = 0;
  private nothing: PromiseWithResolvers<void> | undefined;

  begin(): void {
    this.count += 1;
  }

  end(): void {
    this.count -= 1;
    if (this.count > 0) return;
    this.nothing?.resolve();
    this.nothing = undefined;
  }

  /** Resolves when nothing runs, or when the signal aborts between two looks. */
  async idle(signal: AbortSignal): Promise<void> {
    // What finishes may have started something else meanwhile, so look again until there is nothing.
    while (this.count > 0 && !signal.aborted) {
      this.nothing ??= Promise.withResolvers<void>();
      await this.nothing.promise;
    }
  }
}
