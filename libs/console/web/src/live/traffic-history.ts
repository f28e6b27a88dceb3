import type { Edge, Snapshot } from '../api/answers/live.js';

/** What went between contexts at one moment; milliseconds since 1970. */
export interface Sample {
  readonly at: number;
  readonly perSecond: number;
  readonly failedPerSecond: number;
  readonly p99Ms: number | undefined;
}

/** Five minutes at one a second. */
const MOST_SAMPLES = 300;
/** More links than any map has; what is beyond has no history. */
const MOST_LINKS = 500;
const ALL = '';

/** What was told of the last minutes, in all and by link, while these pages are open. */
export class TrafficHistory {
  readonly #samples = new Map<string, Sample[]>();
  readonly #links = new Map<string, Pick<Edge, 'from' | 'to' | 'lane'>>();

  take({ at, edges }: Pick<Snapshot, 'at' | 'edges'>): void {
    const time = typeof at === 'number' ? at : Date.parse(at);
    if (Number.isNaN(time)) return;
    const now = new Map<string, Sample>([[ALL, { at: time, perSecond: 0, failedPerSecond: 0, p99Ms: undefined }]]);
    for (const { from, to, lane } of edges)
      if (this.#links.size < MOST_LINKS) this.#links.set(JSON.stringify([from, to, lane]), { from, to, lane });
    for (const { from, to, perSecond, failedPerSecond, p99Ms } of edges)
      for (const key of [ALL, JSON.stringify([from, to])]) {
        const before = now.get(key) ?? { at: time, perSecond: 0, failedPerSecond: 0, p99Ms: undefined };
        now.set(key, {
          at: time,
          perSecond: before.perSecond + perSecond,
          failedPerSecond: before.failedPerSecond + failedPerSecond,
          p99Ms: typeof p99Ms === 'number' ? Math.max(before.p99Ms ?? 0, p99Ms) : before.p99Ms,
        });
      }
    for (const [key, sample] of now) this.#add(key, sample);
  }

  /** Links over which something has gone. */
  links(): readonly Pick<Edge, 'from' | 'to' | 'lane'>[] {
    return [...this.#links.values()];
  }

  /** Of one link, or of all; the oldest first. */
  of(link?: string): readonly Sample[] {
    return this.#samples.get(link ?? ALL) ?? [];
  }

  #add(key: string, sample: Sample): void {
    const kept = this.#samples.get(key);
    if (kept === undefined) {
      if (this.#samples.size <= MOST_LINKS) this.#samples.set(key, [sample]);
      return;
    }
    const last = kept.at(-1);
    // What is told twice, after a stream was cut, is one moment.
    if (last !== undefined && last.at >= sample.at) return;
    kept.push(sample);
    if (kept.length > MOST_SAMPLES) kept.shift();
  }
}
