/** Deadlines are told this much too late at most, in milliseconds; so many of them share a timer. */
const GRAIN_MS = 16;
/** setTimeout's largest delay; a later deadline is as good as none. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Something that ends at a time unless it has ended before. */
export interface Due {
  expire(): void;
}

interface Slot {
  readonly waiting: Set<Due>;
  readonly timer: NodeJS.Timeout;
}

/**
 * Deadlines of many short waits. A timer per wait costs more than most of the waits; here one serves all that are due in the
 * same 16 ms, and stays when they have ended: there are never more of them than such spans until the latest deadline.
 *
 * The timers do not keep a process alive: what is waited for must.
 */
export class DueTimes {
  private readonly slots = new Map<number, Slot>();

  /** Calls `due.expire()` when the time (milliseconds since the epoch) has come; returns where to take it out. */
  add(due: Due, at: number): Set<Due> {
    const end = Math.ceil(at / GRAIN_MS);
    const slot = this.slots.get(end) ?? this.open(end);
    slot.waiting.add(due);
    return slot.waiting;
  }

  /** Expires all that wait, now. */
  expireAll(): void {
    for (const end of this.slots.keys()) this.expire(end);
  }

  private open(end: number): Slot {
    const timer = setTimeout(() => this.expire(end), Math.min(Math.max(0, end * GRAIN_MS - Date.now()), LONGEST_TIMER));
    timer.unref();
    const slot = { waiting: new Set<Due>(), timer };
    this.slots.set(end, slot);
    return slot;
  }

  private expire(end: number): void {
    const slot = this.slots.get(end);
    if (slot === undefined) return;
    this.slots.delete(end);
    clearTimeout(slot.timer);
    for (const due of slot.waiting) due.expire();
  }
}
