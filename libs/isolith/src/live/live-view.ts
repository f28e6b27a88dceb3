import type { EdgeRate } from '../topology/edge-rates.js';
import { edgesOf } from '../topology/edges-of-hosts.js';
import { isThere, type SeenHost } from '../topology/known-hosts.js';
import type { Attention } from './attention.js';

/** A host as it is shown: which process, what it hosts, and how it is. */
interface LiveHost {
  readonly id: string;
  readonly name: string;
  readonly contexts: readonly string[];
  readonly state: string;
  /** What was built, where the host says it, else the release of Isolith. */
  readonly version: string;
  /** RFC 3339, by the clock of whoever tells. */
  readonly lastSeen: string;
}

/** All hosts at one moment, what goes between contexts, and what waits for a person. */
export interface LiveView {
  /** RFC 3339. */
  readonly at: string;
  readonly hosts: readonly LiveHost[];
  readonly edges: readonly EdgeRate[];
  readonly attention: Attention & { readonly openCircuits: number };
}

/** @param now milliseconds since the epoch */
export function liveView(hosts: readonly SeenHost[], attention: Attention, now: number): LiveView {
  return {
    at: new Date(now).toISOString(),
    hosts: hosts.map(({ id, machine, pid, contexts, state, build, isolith, lastSeenSeconds }) => ({
      id,
      name: `${machine}:${pid}`,
      contexts: Object.keys(contexts).toSorted(),
      state,
      version: build ?? isolith,
      lastSeen: new Date(now - lastSeenSeconds * 1_000).toISOString(),
    })),
    edges: edgesOf(hosts),
    attention: { ...attention, openCircuits: openCircuitsOf(hosts) },
  };
}

const openCircuitsOf = (hosts: readonly SeenHost[]): number =>
  hosts
    .filter(isThere)
    .flatMap(({ policies = [] }) => policies)
    .filter(({ breaker }) => breaker === 'open').length;

/**
 * The parts that differ; undefined where none does. That a host was heard of again is no change: it is said when it is
 * not.
 */
export function changesBetween(before: LiveView, after: LiveView): Partial<LiveView> | undefined {
  const changed = {
    ...(same(before.hosts.map(withoutTime), after.hosts.map(withoutTime)) ? {} : { hosts: after.hosts }),
    ...(same(before.edges, after.edges) ? {} : { edges: after.edges }),
    ...(same(before.attention, after.attention) ? {} : { attention: after.attention }),
  };
  return Object.keys(changed).length === 0 ? undefined : { at: after.at, ...changed };
}

const withoutTime = ({ lastSeen: _, ...host }: LiveHost): object => host;
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
