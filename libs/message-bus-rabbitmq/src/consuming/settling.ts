/** How long, in milliseconds, and how many that are done wait for one another. */
export interface Gathering {
  readonly ms: number;
  readonly most: number;
}

/**
 * Settles deliveries of one channel, batched: at the end of an event-loop turn one acknowledgement stands for all up to
 * the first that is still in hand; those done beyond it are acknowledged one by one, so that a slow one holds back no
 * room. Where each acknowledgement costs the broker a write to disk, few wait a moment for others: what is lost with
 * the host in that moment comes again, as it would if it had died a moment earlier.
 *
 *   in hand --> done:   `done()`; acknowledged at the end of the turn, or of the gathering, or with `flush()`
 *   in hand --> gone:   `handBack()`
 *   any     --> gone:   the channel ended; the broker delivers again
 */
export class Settling {
  /** In the order of delivery; `true` when done. */
  private readonly inHand = new Map<number, boolean>();
  private doneCount = 0;
  private scheduled = false;
  private gathering: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly channel: { acknowledge(tag: number, upTo: boolean): void; handBack(tag: number): void },
    private readonly gather: Gathering = { ms: 0, most: 1 },
  ) {}

  get size(): number {
    return this.inHand.size;
  }

  /** In hand: neither settled nor lost with its channel. */
  holds(tag: number): boolean {
    return this.inHand.has(tag);
  }

  delivered(tag: number): void {
    this.inHand.set(tag, false);
  }

  done(tag: number): void {
    if (this.ended || this.inHand.get(tag) !== false) return;
    this.inHand.set(tag, true);
    this.doneCount += 1;
    if (this.scheduled) return;
    if (this.doneCount < this.gather.most) {
      this.gathering ??= setTimeout(() => this.flush(), this.gather.ms);
      return;
    }
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  handBack(tag: number): void {
    if (!this.ended && this.inHand.delete(tag)) this.channel.handBack(tag);
  }

  flush(): void {
    this.scheduled = false;
    clearTimeout(this.gathering);
    this.gathering = undefined;
    if (this.ended || this.doneCount === 0) return;
    let upTo: number | undefined;
    for (const [tag, done] of this.inHand) {
      if (!done) break;
      upTo = tag;
      this.inHand.delete(tag);
      this.doneCount -= 1;
    }
    if (upTo !== undefined) this.channel.acknowledge(upTo, true);
    if (this.doneCount === 0) return;
    for (const [tag, done] of this.inHand) {
      if (!done) continue;
      this.inHand.delete(tag);
      this.channel.acknowledge(tag, false);
    }
    this.doneCount = 0;
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.gathering);
    this.inHand.clear();
  }
}
