/**
 * Tells that every host which takes all types of a subscription has gone, as seen by one that does not.
 *
 * Whoever takes them all claims a free subscription within seconds, and a claim changes its token. So it has gone when
 * the subscription was found free again and again for long enough, with one token. Only time that was looked at counts:
 * two looks prove at most the usual time between them, so neither a host that was stopped for a while nor a database
 * that was away makes others look absent.
 */
export class Absence {
  private token: string | undefined;
  private lookedAt = 0;
  private seenMs = 0;

  /** `longMs`: how long is long enough. `lookMs`: what one look counts at most. */
  constructor(
    private readonly longMs: number,
    private readonly lookMs: number,
  ) {}

  /** It was free under this token, at `now` in milliseconds. */
  free(token: string, now: number): void {
    if (token === this.token) this.seenMs += Math.min(this.lookMs, now - this.lookedAt);
    else this.seenMs = 0;
    this.token = token;
    this.lookedAt = now;
  }

  /** It is led, or nobody can tell. */
  ended(): void {
    this.token = undefined;
  }

  /** The token under which they have gone. */
  get since(): string | undefined {
    return this.seenMs >= this.longMs ? this.token : undefined;
  }
}
