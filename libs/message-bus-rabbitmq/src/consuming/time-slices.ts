/** So long may messages be started within one phase of a turn of the event loop; milliseconds. */
const SLICE_MS = 5;

/**
 * Starts work in the order in which it comes, and no more of it in one turn of the event loop than fits into a slice of
 * time. What a socket has received arrives all at once, as many messages as all consumers of this host may have in
 * hand: without this, timers, other connections and the heartbeat would wait for the last of them.
 *
 *   idle    --> open:    the first work of a turn
 *   open    --> full:    the slice is over; what comes now waits
 *   open    --> idle:    the turn ends, nothing waits
 *   full    --> open:    the turn ends; the next slice begins with what waits
 */
export class TimeSlices {
  private readonly waiting: (() => void)[] = [];
  private endsAt: number | undefined;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Runs it now, or soon and after all that was given here before. It must not throw. */
  run(work: () => void): void {
    this.endsAt ??= this.begin();
    if (this.waiting.length === 0 && this.now() < this.endsAt) work();
    else this.waiting.push(work);
  }

  private begin(): number {
    setImmediate(() => this.next());
    return this.now() + SLICE_MS;
  }

  private next(): void {
    this.endsAt = this.waiting.length === 0 ? undefined : this.begin();
    if (this.endsAt === undefined) return;
    for (let work = this.waiting.shift(); work !== undefined; work = this.waiting.shift()) {
      work();
      if (this.now() >= this.endsAt) return;
    }
  }
}
