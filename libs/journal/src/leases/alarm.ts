/**
 * One timer for whoever waits next: a later call with an earlier time wins. It does not keep the process alive, since
 * what it waits for is in the database.
 */
export class Alarm {
  private timer: { readonly handle: NodeJS.Timeout; readonly at: number } | undefined;

  constructor(private readonly ring: () => void) {}

  /** Rings in `ms` milliseconds at the latest. */
  within(ms: number): void {
    const at = performance.now() + ms;
    if (this.timer !== undefined && this.timer.at <= at) return;
    this.clear();
    const handle = setTimeout(() => {
      this.timer = undefined;
      this.ring();
    }, ms);
    handle.unref();
    this.timer = { handle, at };
  }

  clear(): void {
    clearTimeout(this.timer?.handle);
    this.timer = undefined;
  }
}
