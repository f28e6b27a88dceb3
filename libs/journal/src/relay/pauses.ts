/** Any number of sleepers, each woken after its own while, or all at once. */
export class Pauses {
  private readonly sleepers = new Set<() => void>();

  /** The timer keeps no process alive. */
  async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      timer.unref();
      this.sleepers.add(wake);
    });
  }

  wakeAll(): void {
    for (const wake of this.sleepers) wake();
  }
}
