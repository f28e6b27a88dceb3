/** Counts what runs, and tells when nothing does. */
export class Busy {
  private running = 0;
  private readonly waiters = new Set<() => void>();

  async during(work: () => Promise<void>): Promise<void> {
    this.running += 1;
    try {
      await work();
    } finally {
      this.running -= 1;
      if (this.running === 0) this.release();
    }
  }

  async idle(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.waiters.add(resolve));
  }

  /** Ends every wait, whatever still runs. */
  release(): void {
    for (const resolve of this.waiters) resolve();
    this.waiters.clear();
  }
}
