import { steadyNow } from '@isolith/contracts';

/** For so long after two writers met on a stream, whoever changes it takes its lock first. */
const REMEMBERED_MS = 10_000;
/** What is forgotten beyond that costs a decision that is taken twice. */
const MOST_STREAMS = 1_000;

/** The streams on which writers of several processes have met lately. */
export class Contended {
  /** By stream, until when; the one that was met on longest ago comes first. */
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => number = steadyNow) {}

  has(stream: string): boolean {
    const until = this.until.get(stream);
    if (until === undefined) return false;
    if (until > this.now()) return true;
    this.until.delete(stream);
    return false;
  }

  note(stream: string): void {
    this.until.delete(stream);
    this.until.set(stream, this.now() + REMEMBERED_MS);
    const [oldest] = this.until.keys();
    if (this.until.size > MOST_STREAMS && oldest !== undefined) this.until.delete(oldest);
  }
}
