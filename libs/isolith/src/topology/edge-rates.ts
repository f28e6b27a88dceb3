import { z } from 'zod';

/** More than a host announces of its edges; the busiest are told. */
export const MOST_EDGES = 100;

const name = z.string().min(1).max(200);
const rate = z.number().min(0);

/** What went between two contexts in the last seconds, as one host, or all, took it. */
export const edgeRate = z.object({
  from: name,
  to: name,
  /** A later release may have more. */
  lane: z.string().max(20),
  perSecond: rate,
  failedPerSecond: rate,
  /** Of half of them, and of all but one in a hundred, the longest; milliseconds, as near as a histogram tells. */
  p50Ms: rate,
  p99Ms: rate,
});
export type EdgeRate = Readonly<z.output<typeof edgeRate>>;

/** As hosts announce them: said every second, so names of fields are not said again with each. */
export const announcedEdges = z
  .array(z.tuple([name, name, z.string().max(20), rate, rate, rate, rate]))
  .max(MOST_EDGES);
type AnnouncedEdges = z.output<typeof announcedEdges>;

/** Those that had the most, where there are too many. */
export const announcedEdgesOf = (rates: readonly EdgeRate[]): AnnouncedEdges =>
  rates
    .toSorted((a, b) => b.perSecond - a.perSecond)
    .slice(0, MOST_EDGES)
    .map(({ from, to, lane, perSecond, failedPerSecond, p50Ms, p99Ms }) => [
      from,
      to,
      lane,
      perSecond,
      failedPerSecond,
      p50Ms,
      p99Ms,
    ]);

/** Two digits behind the point are as much as anybody looks at. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;
