/** Requests in a row that a consumer hands back before it lets the others have them all for a while. */
const MOST_IN_A_ROW = 8;
/** How long it then rests: doubles, up to a bound, until it has served something; milliseconds. */
const REQUESTS = { firstMs: 250, mostMs: 5_000 };
/**
 * A subscription's next consumer becomes active at once, so this one only has to be gone for a moment; milliseconds.
 */
const EVENTS_REST_MS = 500;
/**
 * How long a consumer of events keeps its place at least, before it leaves it again: doubles, up to a bound;
 * milliseconds.
 */
const EVENTS_STAY = { firstMs: 1_000, mostMs: 60_000 };

export interface ResignationParts {
  /** Of a subscription: one consumer is active, and events keep their order. */
  readonly ordered: boolean;
  /** Leaves the place for so many milliseconds; a consumer of requests that is alone may stay. */
  readonly leave: (ms: number) => void;
  /** Milliseconds of a clock that nobody sets. */
  readonly now?: () => number;
}

/**
 * When a consumer that can't serve what it gets leaves its place to the other replicas: those get what it has in hand,
 * and it neither spins with them nor takes from them what they could serve.
 *
 *   serving --an event that can't be served, or several requests in a row--> resting --> probing
 *   probing --served something--> serving
 *           '--can't serve what comes first--> resting, for longer
 *
 * Where no replica can serve an event its consumers take turns, less and less often: in between the active one serves
 * the rest.
 */
export class Resignation {
  private inARow = 0;
  private times = 0;
  private notBefore = -Infinity;
  private readonly now: () => number;

  constructor(private readonly parts: ResignationParts) {
    this.now = parts.now ?? (() => performance.now());
  }

  /** It is back from a rest and has served nothing since: it should take few at once. */
  get probing(): boolean {
    return !this.parts.ordered && this.times > 0;
  }

  unserved(): void {
    this.inARow += 1;
    if (this.parts.ordered) return this.unservedEvent();
    if (this.inARow < MOST_IN_A_ROW && !this.probing) return;
    this.rest(bounded(this.times, REQUESTS));
  }

  served(): void {
    this.inARow = 0;
    if (!this.probing) return;
    this.times = 0;
    // To come back at once, with room for as many as ever.
    this.parts.leave(0);
  }

  private unservedEvent(): void {
    const now = this.now();
    if (now < this.notBefore) return;
    // What it met long ago is no sign that it will meet it again.
    if (now - this.notBefore > EVENTS_STAY.mostMs) this.times = 0;
    this.notBefore = now + EVENTS_REST_MS + bounded(this.times, EVENTS_STAY);
    this.rest(EVENTS_REST_MS);
  }

  private rest(ms: number): void {
    this.inARow = 0;
    this.times += 1;
    this.parts.leave(ms);
  }
}

const bounded = (times: number, { firstMs, mostMs }: { readonly firstMs: number; readonly mostMs: number }): number =>
  Math.min(mostMs, firstMs * 2 ** Math.min(times, 30));
