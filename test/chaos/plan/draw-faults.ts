import type { Draw } from './draw.js';
import { moments, type FaultKind, type PlannedFault, type PlannedPlacement } from './run-plan.js';

const OF_THE_BROKER: readonly FaultKind[] = ['kill-broker', 'restart-broker', 'cut-broker-connections'];
const OF_THE_DATABASE_SERVER: readonly FaultKind[] = ['kill-database', 'restart-database'];

const isOfAHost = (kind: FaultKind): boolean => kind.endsWith('-host');
/** What two faults must not have in common to be there at the same time. */
const hits = ({ kind, place }: PlannedFault): string =>
  isOfAHost(kind) ? `host ${place}` : kind.includes('broker') ? 'broker' : 'database';

/** What this machine lets us do: servers that were given to us are not ours to make fail. */
export interface FaultsAllowed {
  readonly ownBroker: boolean;
  readonly ownDatabase: boolean;
}

/** The kinds that make sense for a placement. */
export function possibleKinds(
  all: readonly FaultKind[],
  { hasBroker }: PlannedPlacement,
  { ownBroker, ownDatabase }: FaultsAllowed,
): FaultKind[] {
  return all.filter((kind) => {
    if (OF_THE_BROKER.includes(kind)) return hasBroker && ownBroker;
    return OF_THE_DATABASE_SERVER.includes(kind) ? ownDatabase : true;
  });
}

export interface HoldMs {
  readonly least: number;
  readonly most: number;
}

export function drawFault(draw: Draw, kind: FaultKind, { placement }: PlannedPlacement, hold: HoldMs): PlannedFault {
  const place = draw.whole(0, placement.hosts.length - 1);
  return {
    kind,
    moment: draw.pick(moments),
    place: isOfAHost(kind) ? place : 0,
    afterMs: draw.whole(0, 150),
    holdMs: draw.whole(hold.least, hold.most),
  };
}

/** One fault, now and then a second one on top of it. */
export function drawTogether(
  draw: Draw,
  kinds: readonly FaultKind[],
  placed: PlannedPlacement,
  hold: HoldMs,
  pairs: number,
): PlannedFault[] {
  const first = drawFault(draw, draw.pick(kinds), placed, hold);
  if (!draw.chance(pairs)) return [first];
  const second = drawFault(draw, draw.pick(kinds), placed, hold);
  return hits(first) === hits(second) ? [first] : [first, second];
}
