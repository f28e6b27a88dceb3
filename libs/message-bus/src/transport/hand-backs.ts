import { HandedBackError, type Lack } from './handed-back.js';
import type { Impairment } from './impairments.js';

/** A host that handed nothing back for this long can serve again, as far as it knows; milliseconds. */
const FORGOTTEN_AFTER_MS = 60_000;
/** Between two lines about the same; milliseconds. */
const SAID_EVERY_MS = 60_000;

/** What this host could not serve of one context, for one lack. */
export interface HandedBack {
  readonly context: string;
  readonly lack: Lack;
  /** Deliveries that were handed back for it since the start of the host. */
  readonly count: number;
}

/**
 * Told at once, then once a minute at most, with how many deliveries of a context were handed back for one lack since
 * it was told before.
 */
export type HandBackSink = (error: HandedBackError, since: number) => void;

interface Noted {
  readonly context: string;
  readonly lack: Lack;
  why: string;
  count: number;
  said: number;
  saidAt: number;
  firstAt: number;
  lastAt: number;
}

/** What this host had to hand back, by context and lack: both are known at start, so there are few. */
export class HandBacks {
  private readonly noted = new Map<string, Noted>();

  /**
   * @param tell gets what a person should know
   * @param effect what a lack means for the host's readiness
   * @param now milliseconds of a clock that nobody sets
   */
  constructor(
    private readonly tell: HandBackSink,
    private readonly effect: (lack: Lack) => Impairment['effect'] = () => 'not-ready',
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Runs a listener; what it hands back is noted and goes on to its medium. */
  async noting(listener: () => Promise<void>): Promise<void> {
    try {
      await listener();
    } catch (error) {
      if (error instanceof HandedBackError) this.note(error);
      throw error;
    }
  }

  /** Since the start of the host. */
  counts(): readonly HandedBack[] {
    return [...this.noted.values()].map(({ context, lack, count }) => ({ context, lack, count }));
  }

  /** What this host can't serve now: contexts of which it handed something back within the last minute. */
  impairments(): readonly Impairment[] {
    const now = this.now();
    return [...this.noted.values()]
      .filter(({ lastAt }) => now - lastAt < FORGOTTEN_AFTER_MS)
      .map(({ context, lack, why, firstAt }) => ({
        kind: 'lane',
        name: `${context}.${lack}`,
        reason:
          lack === 'newer'
            ? `${context} waits for an upgrade: ${why}`
            : `messages of ${context} are handed back: ${why}`,
        lookAt: LOOK_AT[lack],
        effect: this.effect(lack),
        seconds: (now - firstAt) / 1_000,
      }));
  }

  /** Whether messages of any context were handed back for it within the last minute. */
  lacks(lack: Lack): boolean {
    const now = this.now();
    return [...this.noted.values()].some((noted) => noted.lack === lack && now - noted.lastAt < FORGOTTEN_AFTER_MS);
  }

  note(error: HandedBackError): void {
    const now = this.now();
    const { context, lack, message: why } = error;
    const known = this.noted.get(`${context} ${lack}`);
    const noted = known ?? { context, lack, why, count: 0, said: 0, saidAt: -Infinity, firstAt: now, lastAt: now };
    if (known === undefined) this.noted.set(`${context} ${lack}`, noted);
    if (now - noted.lastAt >= FORGOTTEN_AFTER_MS) noted.firstAt = now;
    noted.lastAt = now;
    noted.why = why;
    noted.count += 1;
    if (now - noted.saidAt < SAID_EVERY_MS) return;
    this.tell(error, noted.count - noted.said);
    noted.said = noted.count;
    noted.saidAt = now;
  }
}

const LOOK_AT: Readonly<Record<Lack, string>> = {
  key: 'AUTH_SECRET, SERVICE_KEY and SERVICE_PUBLIC_KEYS of this host and of the others',
  message: 'the releases that the replicas of the context run',
  version: 'the releases that the replicas of the context run',
  time: 'the clocks of this host and of the others',
  newer: 'the releases that the replicas of the context run',
};
