import { Alarm } from './alarm.js';

export interface LookoutParts {
  /** Looks at the table; it never rejects, but says how it went: succeeded() or failed(). */
  readonly look: () => Promise<void>;
  /** False while there is nothing to look for. */
  readonly wanted: () => boolean;
  /** Yields [0, 1); the jitter of pauses. */
  readonly random: () => number;
}

/** After a look that failed, in milliseconds: a random part of it, of twice as much after the next, up to a bound. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * When an engine looks at its table.
 *
 *   idle --look(), the alarm--> looking --looked--> idle
 *     '--the same, too soon after a failure--> idle, and the alarm is set
 * One look runs at a time; a wake-up during a look makes it look once more, so none is lost. A look that fails pauses
 * the next one, longer each time.
 */
export class Lookout {
  private readonly alarm = new Alarm(() => this.look());
  private looking: Promise<void> | undefined;
  private again = false;
  private failures = 0;
  /** No look before this time (performance.now()): the database has just failed. */
  private notBefore = 0;

  constructor(private readonly parts: LookoutParts) {}

  /** Looks now, or as soon as it may. */
  look(): void {
    if (!this.parts.wanted()) return;
    if (this.looking !== undefined) {
      this.again = true;
      return;
    }
    const wait = this.notBefore - performance.now();
    if (wait > 0) {
      this.alarm.within(wait);
      return;
    }
    this.again = false;
    this.looking = this.parts.look().finally(() => {
      this.looking = undefined;
      if (this.again) this.look();
    });
  }

  /** Looks in `ms` milliseconds at the latest. */
  within(ms: number): void {
    this.alarm.within(ms);
  }

  succeeded(): void {
    this.failures = 0;
  }

  /** The table could not be read, by a look or by somebody else. */
  failed(): void {
    this.failures += 1;
    const pauseMs = this.parts.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.failures - 1));
    this.notBefore = performance.now() + pauseMs;
    this.alarm.within(pauseMs);
  }

  /** Forgets the alarm. */
  clear(): void {
    this.alarm.clear();
  }

  /** Resolves when the look under way has ended. */
  async idle(): Promise<void> {
    await this.looking;
  }
}
