import type { Disturbance } from '../ground/disturbances.js';
import type { FaultKind } from '../plan/run-plan.js';
import type { Named, Sample } from './sample.js';

/** A stop that lasts longer than this has to be named, and within it. */
export const STOP_MS = 15_000;
/** Between two looks, and what a host takes to answer on a machine that is busy. */
const LOOK_MARGIN_MS = 2_000;
/** So long after a fault something may still be on its way back. */
const AFTERMATH_MS = 20_000;
/** What has not moved for this long may be named by a host that has looked longer. */
const UNMOVED_MS = 5_000;

export interface Noticed {
  /** Stops that lasted longer than 15 s. */
  readonly stops: number;
  /** Of these, named within 15 s. */
  readonly named: number;
  /** The others, as sentences. */
  readonly silent: readonly string[];
  /** What was named although it was well, as sentences. */
  readonly misnamed: readonly string[];
}

interface Stop {
  readonly what: string;
  readonly mark: string;
  readonly from: number;
  until: number;
  /** When a host first named it, or what it waits for. */
  namedAt: number | undefined;
}

/** What was noticed of what stood still, from looks at the shop in the order of their times. Pure. */
export function noticed(samples: readonly Sample[], disturbances: readonly Disturbance[]): Noticed {
  const stops = stopsIn(samples);
  const long = stops.filter(({ from, until }) => until - from > STOP_MS);
  const inTime = ({ from, namedAt }: Stop): boolean =>
    namedAt !== undefined && namedAt - from <= STOP_MS + LOOK_MARGIN_MS;
  return {
    stops: long.length,
    named: long.filter(inTime).length,
    silent: long
      .filter((stop) => !inTime(stop))
      .map(({ what, from, until, namedAt }) => {
        const when = namedAt === undefined ? 'nobody named it' : `it was named after ${seconds(namedAt - from)} s`;
        return `${what} did not move for ${seconds(until - from)} s, and ${when}`;
      }),
    misnamed: misnamedIn(samples, stops, disturbances),
  };
}

/**
 * Waits without progress, each from the look that first saw it so to the last. While no host of the context that should
 * move it answers, nobody can name it: then it is none.
 */
function stopsIn(samples: readonly Sample[]): readonly Stop[] {
  const open = new Map<string, Stop>();
  const all: Stop[] = [];
  for (const { at, waits, named, answering } of samples) {
    const seen = new Set<string>();
    for (const { what, by, mark } of waits) {
      if (!answering.has(by)) continue;
      seen.add(what);
      let stop = open.get(what);
      if (stop === undefined || stop.mark !== mark) {
        stop = { what, mark, from: at, until: at, namedAt: undefined };
        open.set(what, stop);
        all.push(stop);
      }
      stop.until = at;
      if (stop.namedAt === undefined && named.some((one) => speaksOf(one, what))) stop.namedAt = at;
    }
    for (const what of open.keys()) if (!seen.has(what)) open.delete(what);
  }
  return all;
}

/** What everything else may wait for, in the words of a host. */
const CAUSES = ['database', 'databases', 'broker', 'consumers', 'horizon', 'surroundings', 'clock'];

/** Whether what a host names is this, or what this may wait for. */
const speaksOf = ({ kind, name }: Named, what: string): boolean =>
  CAUSES.includes(kind) || `${kind} ${name}`.startsWith(what) || what.endsWith(` ${name}`) || name.endsWith('> *');

function misnamedIn(
  samples: readonly Sample[],
  stops: readonly Stop[],
  disturbances: readonly Disturbance[],
): readonly string[] {
  const said = new Set<string>();
  const lost = disturbances.some(({ kind }) => LOSING.includes(kind));
  for (const { at, named } of samples) {
    if (disturbances.some(({ from, until }) => from <= at && at <= until + AFTERMATH_MS)) continue;
    for (const one of named) {
      const isStill = stops.some(
        ({ what, from, until }) =>
          speaksOf(one, what) && from <= at && at <= until + UNMOVED_MS && until - from >= UNMOVED_MS,
      );
      if (!isStill && !(lost && TELLS_OF_LOSS.test(one.reason)))
        said.add(`${one.host} names ${one.kind} ${one.name}: ${one.reason}`);
    }
  }
  return [...said];
}

/**
 * After these events are gone, and a relay says so for as long as it hands them over again: nothing need stand still
 * then. What a host with another key relays, until it knows that nobody can read it, is set aside as bytes.
 */
const LOSING: readonly FaultKind[] = ['set-policy', 'delete-queue', 'add-host-with-another-key'];
const TELLS_OF_LOSS = /were gone, and are handed over again$/;

const seconds = (ms: number): string => (ms / 1_000).toFixed(0);
