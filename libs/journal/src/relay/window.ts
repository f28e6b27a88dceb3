import type { RecordedEvent } from './journal-reader.js';

/**
 * Events that are held at once; what a relay needs in memory is this, one batch that it reads ahead, and nothing else.
 */
const SIZE = 256;
/** Of one key: a key that has to wait must not fill the window with what comes after. */
const PER_KEY = 16;

/** The unfinished events of one key, as its row of the window. */
export interface KeyQueue {
  readonly key: string;
}

/** Where the skipped events of a key are, and how many of them there is room for. */
export interface SkippedRange {
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
}

interface Row extends KeyQueue {
  /** In order; the first one is the one being delivered. */
  readonly held: { readonly event: RecordedEvent; readonly since: number }[];
  /** The last event of this key that is finished, or the one before the first. */
  finished: number;
  /** The last event of this key that was passed by because too many of it were held; 0 when none was. */
  skipped: number;
  /** Places that a read of skipped events has taken in advance. */
  reserved: number;
}

/**
 * What a relay has read and not finished, and from that how far everything is finished. It only counts; nothing waits
 * in it.
 *
 *   journal --admit--> held, behind the others of its key --finish, always the first of its key--> gone
 *      '--admit, but too many of its key are held--> skipped --refill, once those are finished--> held
 *
 * The low watermark is the position before the first unfinished event, held or skipped: everything up to it is
 * finished, whatever else is finished above it. While a key waits, the watermark stands and the other keys go on; what
 * they have finished needs no memory, since only the first unfinished one counts.
 */
export class Window {
  private readonly rows = new Map<string, Row>();
  private taken = 0;

  /** `passed`: everything up to there is finished. */
  constructor(
    private passed: number,
    private readonly size = SIZE,
    private readonly perKey = PER_KEY,
  ) {}

  get hasRoom(): boolean {
    return this.taken < this.size;
  }

  /** Events held. */
  get unfinished(): number {
    let count = 0;
    for (const { held } of this.rows.values()) count += held.length;
    return count;
  }

  /** The journal has been looked at up to here. */
  get seenUpTo(): number {
    return this.passed;
  }

  /** When the event that has been unfinished for longest was taken up, by `performance.now()`. */
  get oldestSince(): number | undefined {
    let oldest: number | undefined;
    for (const { held } of this.rows.values()) {
      const since = held[0]?.since;
      if (since !== undefined && (oldest === undefined || since < oldest)) oldest = since;
    }
    return oldest;
  }

  /** Takes the next event of the journal. Returns its key's row when that is new: somebody has to serve it. */
  admit(key: string, event: RecordedEvent): KeyQueue | undefined {
    const { position } = event;
    const before = this.passed;
    this.passed = position;
    const known = this.rows.get(key);
    if (known !== undefined && (known.skipped > 0 || known.held.length >= this.perKey)) {
      // Once one is skipped all later ones are: they come back together, in order.
      known.skipped = position;
      return undefined;
    }
    this.taken += 1;
    const held = { event, since: performance.now() };
    if (known !== undefined) {
      known.held.push(held);
      return undefined;
    }
    const row: Row = { key, held: [held], finished: before, skipped: 0, reserved: 0 };
    this.rows.set(key, row);
    return row;
  }

  /** Up to here there is nothing more to admit. */
  pass(upTo: number): void {
    this.passed = Math.max(this.passed, upTo);
  }

  /** The event of this key that is to be delivered now; undefined when none is held. */
  first({ key }: KeyQueue): RecordedEvent | undefined {
    return this.row(key).held[0]?.event;
  }

  /** The first event of this key is finished. */
  finish({ key }: KeyQueue): void {
    const row = this.row(key);
    const done = row.held.shift();
    if (done === undefined) throw new Error('a key finished an event that it does not have');
    row.finished = done.event.position;
    this.taken -= 1;
  }

  /**
   * Where the skipped events of a key without held ones are, and how many of them there is room for; undefined when it
   * skipped none.
   */
  skippedOf({ key }: KeyQueue): SkippedRange | undefined {
    const row = this.row(key);
    if (row.skipped === 0) return undefined;
    // Half of the room there is, so that a busy key gets on and some room is left, whoever else comes back. At least
    // one, even beside a window that filled up meanwhile: a key that could never come back would stand for ever.
    row.reserved = Math.max(1, Math.floor((this.size - this.taken) / 2));
    this.taken += row.reserved;
    return { after: row.finished, upTo: row.skipped, limit: row.reserved };
  }

  /** Takes skipped events that were read again up to `upTo`; none when the read failed. */
  refill({ key }: KeyQueue, events: readonly RecordedEvent[], upTo: number): void {
    const row = this.row(key);
    this.taken += events.length - row.reserved;
    row.reserved = 0;
    row.finished = Math.max(row.finished, events.length === 0 ? upTo : row.finished);
    for (const event of events) row.held.push({ event, since: performance.now() });
    if (upTo >= row.skipped) row.skipped = 0;
  }

  /**
   * Nothing of this key is left. Throws when something is: it would never be delivered, and the watermark would pass
   * it.
   */
  close({ key }: KeyQueue): void {
    const { held, skipped } = this.row(key);
    if (held.length > 0 || skipped > 0) throw new Error('a key was closed that has unfinished events');
    this.rows.delete(key);
  }

  /** Everything up to here is finished. */
  watermark(): number {
    let lowest = this.passed;
    for (const { held, finished } of this.rows.values())
      lowest = Math.min(lowest, held[0] === undefined ? finished : held[0].event.position - 1);
    return lowest;
  }

  private row(key: string): Row {
    const row = this.rows.get(key);
    if (row === undefined) throw new Error('a key without unfinished events was asked for');
    return row;
  }
}
