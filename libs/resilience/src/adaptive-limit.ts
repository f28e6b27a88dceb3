import { steadyNow } from './steady-now.js';

/** How much is taken on at once where nobody can say beforehand how much is too much. */
export interface AdaptiveLimitSpec {
  /** A queue that stands for longer than this is too long; milliseconds. Default 100. */
  readonly targetMs?: number;
  /** So many are always taken on. Default 16. */
  readonly least?: number;
  /** More than this never are. Default 512. */
  readonly most?: number;
}

/** What an adaptive limit is like at a moment. */
export interface AdaptiveLimitState {
  readonly limit: number;
  readonly inFlight: number;
  /** Since it was made. */
  readonly refused: number;
  /** Milliseconds since something was refused; undefined when nothing ever was. */
  readonly refusedAgoMs: number | undefined;
}

/** What is decided at the end of each of these is decided of all that ended in it; milliseconds. */
const WINDOW_MS = 200;
/** Fewer say little of the others: a window goes on until it has as many, up to `LONGEST` of its lengths. */
const ENOUGH = 50;
const LONGEST = 5;
/** Of a queue that stands even the fastest tenth has waited; of a burst that is being worked off it has not. */
const FASTEST = 0.1;
const SHRINK = 0.8;
/** The second where no limit helped, until one does. */
const [GROW, GROW_BACK] = [1.1, 1.5];
/** Whether it helps is asked after the limit has become so much smaller. */
const JUDGED_AT = SHRINK * SHRINK;
/** It does not where this much of what the limit lost is lost in calls a second. */
const NO_HELP = 0.6;
/** How long at most to wait for what a smaller limit does; milliseconds. */
const LONGEST_WAIT_MS = 5_000;
/** How far what is usual follows what is seen, a window: without a queue, and where the limit can't be smaller. */
const [FOLLOW, GIVE_IN] = [0.02, 0.5];

/** A limit that shrinks, from when on, and how many calls a millisecond were done then. */
interface Shrinking {
  readonly limit: number;
  readonly rate: number;
}

interface Ended {
  readonly kind: string;
  readonly ms: number;
}

/**
 * How many calls may be in flight, found out from how long they take: as many as can be without a queue that stands.
 *
 *   no queue    the limit grows by a tenth with each window, to `most`
 *   a burst     is taken on whole up to the limit, and worked off: the fastest of the next window have not waited
 *   a queue     even the fastest tenth of a window took `targetMs` longer than is usual for their kind: the limit
 *               shrinks to four fifths of what was in flight, and no further than `least`
 *   slow        with fewer in flight fewer are done, and they take as long: they wait for something that is slow of
 *               itself. The limit is what it was, and what is usual is what is seen. So it is with no more than `least`
 *               in flight
 *
 * What is usual is kept for each kind of call, because one takes a millisecond and another a second; kinds are those of
 * the code (routes), of which there are not many.
 *
 * That a queue is told by the smallest delay of a while, and not by the mean, is CoDel's (Nichols and Jacobson,
 * "Controlling Queue Delay", ACM Queue 2012); that the limit shrinks by a share and grows slowly is TCP's.
 */
export class AdaptiveLimit {
  readonly #targetMs: number;
  readonly #least: number;
  readonly #most: number;
  readonly #now: () => number;
  readonly #usual = new Map<string, number>();
  #limit: number;
  #gaveIn = false;
  #shrinking: Shrinking | undefined;
  #inFlight = 0;
  #peak = 0;
  #ended: Ended[] = [];
  #beganAt: number;
  #refused = 0;
  #refusedAt: number | undefined;

  /**
   * @param now milliseconds of a clock that nobody sets
   * @throws {TypeError} naming what is no bound
   */
  constructor({ targetMs = 100, least = 16, most = 512 }: AdaptiveLimitSpec = {}, now: () => number = steadyNow) {
    const wrong = [
      ...(Number.isFinite(targetMs) && targetMs > 0 ? [] : ['targetMs must be more than 0']),
      ...(Number.isSafeInteger(least) && least > 0 ? [] : ['least must be a whole number of at least 1']),
      ...(Number.isSafeInteger(most) && most >= least ? [] : ['most must be a whole number, and no less than least']),
    ];
    if (wrong.length > 0) throw new TypeError(`adaptive limit: ${wrong.join('; ')}`);
    this.#targetMs = targetMs;
    this.#least = least;
    this.#most = most;
    this.#now = now;
    this.#limit = most;
    this.#beganAt = now();
  }

  state(): AdaptiveLimitState {
    const ago = this.#refusedAt === undefined ? undefined : this.#now() - this.#refusedAt;
    return { limit: Math.floor(this.#limit), inFlight: this.#inFlight, refused: this.#refused, refusedAgoMs: ago };
  }

  /**
   * Whether one more may begin; whoever may says `ended` once, however it ends. `share`: only while less than this
   * share of the limit is in flight, which leaves the rest to what matters more.
   */
  begin(share = 1): boolean {
    if (this.refuses(share)) return false;
    this.#inFlight += 1;
    this.#peak = Math.max(this.#peak, this.#inFlight);
    return true;
  }

  /** Whether one more may not begin now, which counts as refused; whoever asks `begin` later may still be refused. */
  refuses(share = 1): boolean {
    if (this.#inFlight < Math.max(1, this.#limit * share)) return false;
    this.#refused += 1;
    this.#refusedAt = this.#now();
    return true;
  }

  /**
   * One that began has ended. `took`: what it was and how long it took in milliseconds, of one that did what it was
   * there for; one that failed or was turned away early says nothing of a queue.
   */
  ended(took?: { readonly kind: string; readonly ms: number }): void {
    this.#inFlight -= 1;
    const now = this.#now();
    // The effect of what was decided last is still to come.
    if (now < this.#beganAt) return;
    if (took !== undefined) this.#ended.push(took);
    const lasted = now - this.#beganAt;
    if (lasted < WINDOW_MS || (this.#ended.length < ENOUGH && lasted < WINDOW_MS * LONGEST)) return;
    const waitMs = this.#ended.length > 0 ? this.#decide(this.#ended.length / lasted) : 0;
    this.#ended = [];
    this.#beganAt = now + Math.min(waitMs, LONGEST_WAIT_MS);
    this.#peak = this.#inFlight;
  }

  /** Returns for how long what is seen is not yet the effect of what it decides; milliseconds. */
  #decide(rate: number): number {
    const waited = this.#ended.map(({ kind, ms }) => ms - (this.#usual.get(kind) ?? ms)).toSorted((a, b) => a - b);
    if ((waited[Math.floor(waited.length * FASTEST)] ?? 0) <= this.#targetMs) {
      this.#limit = Math.min(this.#most, this.#limit * (this.#gaveIn ? GROW_BACK : GROW));
      this.#shrinking = undefined;
      // While more are in flight they may all be waiting: what is seen then is only usual if it is faster.
      this.#learn(this.#peak <= this.#least ? FOLLOW : 0);
      return 0;
    }
    if (this.#limit <= this.#least || this.#peak <= this.#least) {
      this.#gaveIn = true;
      this.#learn(GIVE_IN);
      return 0;
    }
    if (this.#helpsNot(rate)) {
      this.#limit = this.#shrinking?.limit ?? this.#limit;
      this.#shrinking = undefined;
      this.#gaveIn = true;
      this.#learn(1);
      return 0;
    }
    this.#gaveIn = false;
    const held = Math.min(this.#limit, this.#peak);
    this.#shrinking ??= { limit: held, rate };
    this.#limit = Math.max(this.#least, held * SHRINK);
    this.#learn(0);
    return median(this.#ended);
  }

  /** Whether there is less done since the limit shrinks, by about as much: then nothing waits for what is in flight. */
  #helpsNot(rate: number): boolean {
    const from = this.#shrinking;
    if (from === undefined || this.#limit > from.limit * JUDGED_AT) return false;
    const isLost = 1 - rate / from.rate > NO_HELP * (1 - this.#limit / from.limit);
    if (!isLost) this.#shrinking = undefined;
    return isLost;
  }

  /** What is usual is the fastest that is seen, and follows what is not as fast by this share. */
  #learn(follow: number): void {
    for (const [kind, ended] of Map.groupBy(this.#ended, (one) => one.kind)) {
      const fastest = ended.reduce((least, { ms }) => Math.min(least, ms), Infinity);
      const usual = this.#usual.get(kind) ?? fastest;
      this.#usual.set(kind, fastest < usual ? fastest : usual + (fastest - usual) * follow);
    }
  }
}

const median = (ended: readonly Ended[]): number =>
  ended.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(ended.length / 2)] ?? 0;
