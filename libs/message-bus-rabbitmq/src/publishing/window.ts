import { NotDeliveredError, OverloadedError } from '@isolith/contracts';

/** Something to send. */
export interface Sendable {
  /** Of one key at most one is unconfirmed. */
  readonly key: string | undefined;
  readonly bytes: number;
  /** Writes it. */
  start(): void;
  /** It was never written. */
  refuse(error: Error): void;
}

export interface WindowBounds {
  readonly unconfirmed: number;
  readonly unconfirmedBytes: number;
  readonly waiting: number;
  /** When nothing at all is confirmed for this long, in milliseconds, what waits is refused. */
  readonly patienceMs: number;
}

/**
 * Decides what may be written while the broker has not confirmed what was written before.
 *
 *   waiting behind its key --> ready:      the one before it was confirmed
 *   waiting behind its key --> refused:    the one before it was not: it would overtake
 *   ready                  --> unconfirmed: the window is open and has room
 *   unconfirmed            --> gone:       `settled()`
 *   waiting or ready       --> refused:    `cancel()`, `fail()`, or nothing moves
 *
 * A broker that refuses one message of a window may accept the next: with two of a key in the window they would swap.
 */
export class SendWindow<T extends Sendable> {
  private readonly ready: T[] = [];
  /** For each key that has one unconfirmed or ready: those behind it. */
  private readonly behind = new Map<string, T[]>();
  private readonly unconfirmed = new Set<T>();
  private bytes = 0;
  private waiting = 0;
  private open = false;
  private lastMove = performance.now();
  private stalled: NodeJS.Timeout | undefined;

  constructor(private readonly bounds: WindowBounds) {}

  /** How many more may wait. */
  get room(): number {
    return this.bounds.waiting - this.waiting;
  }

  submit(item: T): void {
    // Time in which nothing waited is no stall.
    if (this.waiting === 0) this.lastMove = performance.now();
    this.waiting += 1;
    const queue = item.key === undefined ? undefined : this.behind.get(item.key);
    if (queue !== undefined) {
      queue.push(item);
    } else {
      if (item.key !== undefined) this.behind.set(item.key, []);
      this.ready.push(item);
    }
    this.pump();
  }

  /** The channel can be written to, or can't for now. */
  setOpen(open: boolean): void {
    this.open = open;
    if (open) this.lastMove = performance.now();
    this.pump();
  }

  /** The broker has answered. When it refused, those behind the same key are refused too. */
  settled(item: T, taken: boolean): void {
    if (!this.unconfirmed.delete(item)) return;
    this.bytes -= item.bytes;
    this.lastMove = performance.now();
    this.release(item, taken);
    this.pump();
  }

  /** Refuses what was not written yet; `false` when it was. */
  cancel(item: T, error: Error): boolean {
    if (this.unconfirmed.has(item)) return false;
    const nth = this.ready.indexOf(item);
    if (nth >= 0) {
      this.ready.splice(nth, 1);
      this.refuse(item, error);
      this.release(item, false);
      return true;
    }
    const queue = item.key === undefined ? undefined : this.behind.get(item.key);
    const place = queue?.indexOf(item) ?? -1;
    if (queue === undefined || place < 0) return false;
    const [, ...overtaking] = queue.splice(place);
    this.refuse(item, error);
    for (const later of overtaking) this.refuse(later, overtakes(later));
    return true;
  }

  /** The channel is gone: returns what was unconfirmed, refuses what was not written. */
  fail(error: Error): readonly T[] {
    this.open = false;
    const lost = [...this.unconfirmed];
    this.unconfirmed.clear();
    this.bytes = 0;
    this.refuseWaiting(error);
    return lost;
  }

  private pump(): void {
    while (this.open) {
      const [next] = this.ready;
      if (next === undefined || !this.fits(next)) break;
      this.ready.shift();
      this.waiting -= 1;
      this.unconfirmed.add(next);
      this.bytes += next.bytes;
      next.start();
    }
    this.watch();
  }

  /** One that is larger than the window goes when it is alone. */
  private fits({ bytes }: T): boolean {
    if (this.unconfirmed.size === 0) return true;
    return this.unconfirmed.size < this.bounds.unconfirmed && this.bytes + bytes <= this.bounds.unconfirmedBytes;
  }

  private release({ key }: T, taken: boolean): void {
    const queue = key === undefined ? undefined : this.behind.get(key);
    if (key === undefined || queue === undefined) return;
    const next = taken ? queue.shift() : undefined;
    if (next !== undefined) return void this.ready.push(next);
    this.behind.delete(key);
    for (const later of queue) this.refuse(later, overtakes(later));
  }

  private refuse(item: T, error: Error): void {
    this.waiting -= 1;
    item.refuse(error);
  }

  private refuseWaiting(error: Error): void {
    const waiting = [...this.ready, ...[...this.behind.values()].flat()];
    this.ready.length = 0;
    // Keys of what is unconfirmed stay known: what comes next waits behind them.
    const busy = new Set([...this.unconfirmed].map(({ key }) => key));
    for (const [key, queue] of this.behind) {
      queue.length = 0;
      if (!busy.has(key)) this.behind.delete(key);
    }
    for (const item of waiting) this.refuse(item, error);
  }

  /** One timer, only while something waits. */
  private watch(): void {
    if (this.waiting === 0 || this.stalled !== undefined) return;
    const remaining = Math.max(1, this.lastMove + this.bounds.patienceMs - performance.now());
    const stalled = setTimeout(() => {
      this.stalled = undefined;
      if (this.waiting > 0 && performance.now() - this.lastMove >= this.bounds.patienceMs) {
        this.refuseWaiting(new OverloadedError(`the broker took nothing for ${this.bounds.patienceMs} ms`));
      }
      this.watch();
    }, remaining);
    this.stalled = stalled.unref();
  }
}

const overtakes = (item: Sendable): Error =>
  new NotDeliveredError(`an earlier message of ${item.key ?? 'its subject'} was not taken; this one would overtake it`);
