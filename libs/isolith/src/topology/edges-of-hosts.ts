import { edgeKey } from './edge-counts.js';
import { type EdgeRate, rounded } from './edge-rates.js';
import { isThere, type SeenHost } from './known-hosts.js';

/**
 * The edges of all hosts that are there: what several of them take is added up. Of times in the middle it is the mean,
 * weighted by how much each takes; of the longest, the longest. Hosts of a release that tells none are missing.
 */
export function edgesOf(hosts: readonly SeenHost[]): readonly EdgeRate[] {
  const all = hosts
    .filter(isThere)
    .flatMap(({ edges = [] }) => edges)
    .map(([from, to, lane, perSecond, failedPerSecond, p50Ms, p99Ms]) => ({
      from,
      to,
      lane,
      perSecond,
      failedPerSecond,
      p50Ms,
      p99Ms,
    }));
  const edges = [...Map.groupBy(all, edgeKey).values()].map((same) => same.reduce(added));
  return edges.toSorted((a, b) => (edgeKey(a) < edgeKey(b) ? -1 : 1));
}

function added(one: EdgeRate, other: EdgeRate): EdgeRate {
  const perSecond = one.perSecond + other.perSecond;
  const p50Ms = perSecond === 0 ? 0 : (one.p50Ms * one.perSecond + other.p50Ms * other.perSecond) / perSecond;
  return {
    ...one,
    perSecond: rounded(perSecond),
    failedPerSecond: rounded(one.failedPerSecond + other.failedPerSecond),
    p50Ms: rounded(p50Ms),
    p99Ms: Math.max(one.p99Ms, other.p99Ms),
  };
}
