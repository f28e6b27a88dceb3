/** Keys that fail, one after the other and none succeeding, before it is an outage rather than some keys that fail. */
const KEYS = 8;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Tells an outage, in which everything fails, from keys that fail among others that do not.
 *
 *   well --8 keys failed, and nothing succeeded meanwhile--> out --anything succeeds--> well
 *
 * While it is out, events that have not been tried yet go one at a time, 100 ms to a second apart: each may be of a key
 * that would succeed, and none of them is a storm.
 */
export class Outage {
  private readonly failed = new Set<string>();
  private pauseMs = FIRST_PAUSE_MS;
  private nextAt = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  get isOut(): boolean {
    return this.failed.size >= KEYS;
  }

  /** How long an event that has not been tried yet has to wait, in milliseconds. */
  get heldMs(): number {
    return this.isOut ? Math.max(0, this.nextAt - this.now()) : 0;
  }

  /** An event goes that has not been tried before. */
  tries(): void {
    if (!this.isOut) return;
    this.nextAt = this.now() + this.pauseMs;
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.pauseMs);
  }

  /** Whether this began an outage. */
  failure(key: string): boolean {
    const before = this.isOut;
    this.failed.add(key);
    if (before || !this.isOut) return false;
    this.pauseMs = FIRST_PAUSE_MS;
    this.nextAt = this.now() + FIRST_PAUSE_MS;
    return true;
  }

  /** Whether this ended an outage. */
  success(): boolean {
    const ended = this.isOut;
    this.failed.clear();
    return ended;
  }
}
