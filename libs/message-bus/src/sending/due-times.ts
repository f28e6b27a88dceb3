import { steadyNow } from '@isolith/contracts';
import { Chain, type Linked } from '../receiving/chain.js';

/** Deadlines are told this much too late at most, in milliseconds; so many of them share a timer. */
const GRAIN_MS = 16;
/** As many spans are kept without anybody in them: making one takes longer than a short wait does. */
const EMPTY_KEPT = 1_000;
/** setTimeout's largest delay; a later deadline is as good as none. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Something that ends at a time unless it has ended before. */
export interface Due extends Linked<Due> {
  expire(): void;
}

/** Those that are due in one span. */
export interface Slot {
  readonly end: number;
  readonly waiting: Chain<Due>;
  readonly timer: NodeJS.Timeout;
}

/**
 * Deadlines of many short waits. A timer per wait costs more than most of the waits; here one serves all that are due
 * in the same 16 ms. It stays when they have ended, for the next; with more than a thousand of them it goes with the
 * last wait in it, so that short waits with distant deadlines leave nothing behind.
 *
 * The timers do not keep a process alive: what is waited for must.
 */
export class DueTimes {
  private readonly slots = new Map<number, Slot>();

  /** Calls `due.expire()` when the time (a moment of `steadyNow()`) has come; returns where it waits, for `remove`. */
  add(due: Due, at: number): Slot {
    const end = Math.ceil(at / GRAIN_MS);
    const slot = this.slots.get(end) ?? this.open(end);
    slot.waiting.add(due);
    return slot;
  }

  remove(due: Due, slot: Slot): void {
    slot.waiting.remove(due);
    if (slot.waiting.isEmpty && this.slots.size > EMPTY_KEPT) this.close(slot);
  }

  /** Expires all that wait, now. */
  expireAll(): void {
    for (const end of this.slots.keys()) this.expire(end);
  }

  private open(end: number): Slot {
    const timer = setTimeout(
      () => this.expire(end),
      Math.min(Math.max(0, end * GRAIN_MS - steadyNow()), LONGEST_TIMER),
    );
    timer.unref();
    const slot = { end, waiting: new Chain<Due>(), timer };
    this.slots.set(end, slot);
    return slot;
  }

  private expire(end: number): void {
    const slot = this.slots.get(end);
    if (slot === undefined) return;
    this.close(slot);
    for (const due of slot.waiting) due.expire();
  }

  private close({ end, timer }: Slot): void {
    // A late answer may come after its span has ended and begun anew.
    if (this.slots.get(end)?.timer === timer) this.slots.delete(end);
    clearTimeout(timer);
  }
}
