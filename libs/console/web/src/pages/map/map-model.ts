import type { Edge, SeenHost, Snapshot } from '../../api/answers/live.js';

/** `part`: some of its hosts can't serve; `down`: none can. */
export type Health = 'well' | 'part' | 'down';

export interface ContextOnMap {
  readonly name: string;
  readonly hosts: readonly SeenHost[];
  readonly health: Health;
}

/** All that goes from one context to another. */
export interface Link {
  readonly from: string;
  readonly to: string;
  /** By lane, the busiest first. */
  readonly lanes: readonly Edge[];
  readonly perSecond: number;
  readonly failedPerSecond: number;
  readonly p99Ms: number | undefined;
  readonly mark: 'failing' | 'slow' | 'well';
}

/** A link of which nothing more is said. */
export type KnownLink = Pick<Edge, 'from' | 'to' | 'lane'>;

export interface MapModel {
  readonly contexts: readonly ContextOnMap[];
  readonly links: readonly Link[];
}

/** One of a hundred answers that takes longer keeps somebody waiting. */
const SLOW_MS = 500;
/** What fails more often than so is no accident. */
const FAILING_SHARE = 0.01;

/** @param known links that are there though nothing goes over them now: without them a map would come and go */
export function mapOf(
  { hosts, edges: now }: Pick<Snapshot, 'hosts' | 'edges'>,
  known: readonly KnownLink[] = [],
): MapModel {
  const busy = new Set(now.map(({ from, to }) => JSON.stringify([from, to])));
  const idle = known.filter(({ from, to }) => !busy.has(JSON.stringify([from, to])));
  const edges = [...now, ...idle.map((link): Edge => ({ ...link, perSecond: 0, failedPerSecond: 0 }))];
  const names = new Set([...hosts.flatMap(({ contexts }) => contexts), ...edges.flatMap(({ from, to }) => [from, to])]);
  return {
    contexts: [...names].toSorted().map((name) => contextOf(name, hosts)),
    // In one order, whatever is busy: a reader finds a link where it was.
    links: [...Map.groupBy(edges, ({ from, to }) => JSON.stringify([from, to]))]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, lanes]) => linkOf(lanes)),
  };
}

function contextOf(name: string, all: readonly SeenHost[]): ContextOnMap {
  const hosts = all.filter(({ contexts }) => contexts.includes(name));
  const ready = hosts.filter(({ state }) => state === 'ready').length;
  return { name, hosts, health: ready === 0 ? 'down' : ready < hosts.length ? 'part' : 'well' };
}

function linkOf(edges: readonly Edge[]): Link {
  const [{ from, to } = { from: '', to: '' }] = edges;
  const sum = (of: (edge: Edge) => number): number => edges.reduce((total, edge) => total + of(edge), 0);
  const perSecond = sum((edge) => edge.perSecond);
  const failedPerSecond = sum((edge) => edge.failedPerSecond);
  const times = edges.flatMap(({ p99Ms }) => (typeof p99Ms === 'number' ? [p99Ms] : []));
  const p99Ms = times.length === 0 ? undefined : Math.max(...times);
  const isFailing = failedPerSecond > 0 && failedPerSecond >= perSecond * FAILING_SHARE;
  return {
    from,
    to,
    lanes: edges.toSorted((a, b) => b.perSecond - a.perSecond),
    perSecond,
    failedPerSecond,
    p99Ms,
    // Of what nothing goes over now nothing is wrong.
    mark: isFailing ? 'failing' : (p99Ms ?? 0) >= SLOW_MS ? 'slow' : 'well',
  };
}

/** A rate as a reader takes it in. */
export const rateOf = (perSecond: number): string =>
  `${perSecond >= 10 ? Math.round(perSecond) : Math.round(perSecond * 10) / 10}/s`;
