import { type CountsEdges, type EdgeCounts, edgeKey } from './edge-counts.js';
import { type EdgeRate, rounded } from './edge-rates.js';

/** Counts are looked at this often at most; milliseconds. */
const SHORTEST_MS = 900;
/** A rate is of so many looks: one alone jumps, many are late. */
const LOOKS = 5;

interface Look {
  /** Milliseconds of a clock that nobody sets. */
  readonly at: number;
  readonly edges: ReadonlyMap<string, EdgeCounts>;
}

/** What this host has taken between contexts in the last seconds. */
export class OwnTraffic {
  #looks: readonly Look[];
  #rates: readonly EdgeRate[] = [];

  constructor(
    private readonly counted: CountsEdges,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#looks = [this.#look()];
  }

  /** Edges on which nothing went are left out. */
  read(): readonly EdgeRate[] {
    const [oldest] = this.#looks;
    const last = this.#looks.at(-1);
    if (oldest === undefined || last === undefined || this.now() - last.at < SHORTEST_MS) return this.#rates;
    const look = this.#look();
    this.#looks = [...this.#looks, look].slice(-LOOKS);
    const seconds = (look.at - oldest.at) / 1_000;
    this.#rates = [...look.edges].flatMap(([key, edge]) => {
      const one = rateOf(edge, oldest.edges.get(key), seconds, this.counted.bounds);
      return one === undefined ? [] : [one];
    });
    return this.#rates;
  }

  #look(): Look {
    return { at: this.now(), edges: new Map(this.counted.edges().map((edge) => [edgeKey(edge), edge])) };
  }
}

function rateOf(
  now: EdgeCounts,
  then: EdgeCounts | undefined,
  seconds: number,
  bounds: readonly number[],
): EdgeRate | undefined {
  const counts = now.counts.map((count, at) => count - (then?.counts[at] ?? 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  return {
    from: now.from,
    to: now.to,
    lane: now.lane,
    perSecond: rounded(total / seconds),
    failedPerSecond: rounded((now.failed - (then?.failed ?? 0)) / seconds),
    p50Ms: quantileMs(0.5, counts, bounds, total),
    p99Ms: quantileMs(0.99, counts, bounds, total),
  };
}

/** Within a bucket they are taken to lie evenly; beyond the last bound nobody knows, so it is that bound. */
function quantileMs(share: number, counts: readonly number[], bounds: readonly number[], total: number): number {
  let missing = share * total;
  let lower = 0;
  for (const [at, upper] of bounds.entries()) {
    const count = counts[at] ?? 0;
    if (count > 0 && missing <= count) return rounded((lower + (upper - lower) * (missing / count)) * 1_000);
    missing -= count;
    lower = upper;
  }
  return rounded(lower * 1_000);
}
