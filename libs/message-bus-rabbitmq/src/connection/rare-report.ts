import type { ProblemSink } from './options.js';

/** Between two reports; milliseconds. */
const EVERY_MS = 60_000;

/** Reports what others can cause as often as they like: at once, then once a minute at most, with how often it was. */
export class RareReport {
  private since = 0;
  private nextAt = -Infinity;

  constructor(
    private readonly line: string,
    private readonly onProblem: ProblemSink,
    private readonly now: () => number = () => performance.now(),
  ) {}

  note(error: unknown): void {
    this.since += 1;
    const now = this.now();
    if (now < this.nextAt) return;
    const often = this.since === 1 ? '' : ` (${this.since} times since the last report)`;
    this.nextAt = now + EVERY_MS;
    this.since = 0;
    this.onProblem(`${this.line}${often}`, error);
  }
}
