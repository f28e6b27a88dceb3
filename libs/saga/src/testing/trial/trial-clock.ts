/** In place of the database's clock: only the history moves it. */
export class TrialClock {
  /** Milliseconds since the saga began. */
  ms = 0;

  constructor(private readonly beganAt: Date) {}

  /** Milliseconds since 1970. */
  get now(): number {
    return this.beganAt.getTime() + this.ms;
  }

  /** A moment as `ms`. */
  msOf(moment: Date): number {
    return moment.getTime() - this.beganAt.getTime();
  }
}
