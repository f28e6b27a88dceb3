import { steadyNow } from './steady-now.js';

/** How much of it may wait. */
export interface AdmissionPaceSpec {
  /** What waits for no longer than this is no backlog, but work in hand; milliseconds. Default 1,000. */
  readonly targetMs?: number;
  /** So many a second are always admitted. Default 1. */
  readonly least?: number;
}

/** What a pace is like at a moment. */
export interface AdmissionPaceState {
  /** So many a second are admitted; undefined while all are. */
  readonly perSecond: number | undefined;
  /** Since it was made. */
  readonly refused: number;
  /** Milliseconds since something was refused; undefined when nothing ever was. */
  readonly refusedAgoMs: number | undefined;
}

/** Fewer waiting than this are worked off before anybody can tell how fast. */
const FEW = 10;
/** A backlog is to be gone after so long; milliseconds. */
const WORKED_OFF_IN_MS = 5_000;
/** How far what is known of how much gets done follows what a reading says. */
const FOLLOW = 0.5;
/** While nothing waits too long, the pace grows by this with each second. */
const GROW = 1.25;
/** One that admits so many times what comes bounds nothing. */
const NO_BOUND = 2;
/** Readings closer together say little of a rate; milliseconds. */
const SHORTEST_MS = 200;

/**
 * How much new work is taken on a second, where work outlives the request that begins it: no more than gets done, which
 * is found out from how much of it waits.
 *
 *   all        everything is admitted while little waits
 *   a backlog  more waits than is done in `targetMs`: as much is admitted as gets done, less what works the backlog off
 *              within five seconds. How much gets done is what was admitted, less what the backlog grew by
 *   in hand    little waits again: the pace grows by a quarter each second, until it is no bound
 *
 * That the pace follows the length of the queue and not the age of its oldest is what keeps it calm: the age tells of
 * an arrival rate of long ago. It is the proportional controller of a fluid queue (Hellerstein et al., "Feedback
 * Control of Computing Systems", 2004, chapter 8).
 */
export class AdmissionPace {
  readonly #targetMs: number;
  readonly #least: number;
  readonly #now: () => number;
  #perSecond: number | undefined;
  /** What may still be admitted at once. */
  #room = 0;
  #filledAt: number;
  #admitted = 0;
  #asked = 0;
  #readAt: number;
  #waited = 0;
  #donePerSecond: number | undefined;
  #refused = 0;
  #refusedAt: number | undefined;

  /**
   * @param now milliseconds of a clock that nobody sets
   * @throws {TypeError} naming what is no bound
   */
  constructor({ targetMs = 1_000, least = 1 }: AdmissionPaceSpec = {}, now: () => number = steadyNow) {
    const wrong = [
      ...(Number.isFinite(targetMs) && targetMs > 0 ? [] : ['targetMs must be more than 0']),
      ...(Number.isFinite(least) && least > 0 ? [] : ['least must be more than 0']),
    ];
    if (wrong.length > 0) throw new TypeError(`admission pace: ${wrong.join('; ')}`);
    this.#targetMs = targetMs;
    this.#least = least;
    this.#now = now;
    this.#readAt = now();
    this.#filledAt = this.#readAt;
  }

  state(): AdmissionPaceState {
    const ago = this.#refusedAt === undefined ? undefined : this.#now() - this.#refusedAt;
    return { perSecond: this.#perSecond, refused: this.#refused, refusedAgoMs: ago };
  }

  /** Whether one more may begin now. */
  admits(): boolean {
    this.#asked += 1;
    if (this.#perSecond !== undefined) {
      this.#fill(this.#perSecond);
      if (this.#room < 1) {
        this.#refused += 1;
        this.#refusedAt = this.#now();
        return false;
      }
      this.#room -= 1;
    }
    this.#admitted += 1;
    return true;
  }

  /** So much waits now that is due and that nobody has in hand. To be told about every second. */
  waiting(count: number): void {
    const now = this.#now();
    const ms = now - this.#readAt;
    if (ms < SHORTEST_MS) return;
    const asked = (this.#asked / ms) * 1_000;
    const done = Math.max(0, ((this.#admitted - (count - this.#waited)) / ms) * 1_000);
    // Where nothing waits, what gets done is what comes, and says nothing of what could be.
    if (count > FEW || this.#waited > FEW)
      this.#donePerSecond =
        this.#donePerSecond === undefined ? done : this.#donePerSecond + (done - this.#donePerSecond) * FOLLOW;
    this.#readAt = now;
    this.#waited = count;
    this.#admitted = 0;
    this.#asked = 0;
    const inHand = Math.max(FEW, ((this.#donePerSecond ?? 0) * this.#targetMs) / 1_000);
    if (count > inHand)
      this.#perSecond = Math.max(
        this.#least,
        (this.#donePerSecond ?? 0) - ((count - inHand) / WORKED_OFF_IN_MS) * 1_000,
      );
    else if (this.#perSecond !== undefined) this.#hasten(asked, ms);
  }

  #hasten(asked: number, ms: number): void {
    const grown = Math.max(this.#perSecond ?? 0, this.#least) * GROW ** Math.min(1, ms / 1_000);
    const isBound = grown < asked * NO_BOUND || grown < this.#least * NO_BOUND;
    this.#perSecond = isBound ? grown : undefined;
    if (!isBound) this.#donePerSecond = undefined;
  }

  /** Room is for what comes unevenly within a second, and never less than one. */
  #fill(perSecond: number): void {
    const now = this.#now();
    const more = (perSecond * (now - this.#filledAt)) / 1_000;
    this.#filledAt = now;
    this.#room = Math.min(Math.max(1, perSecond / 4), this.#room + more);
  }
}
