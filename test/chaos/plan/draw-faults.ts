import type { Draw } from './draw.js';
import { canBeMade, collide, kindOf } from './fault-kinds.js';
import { moments, type FaultKind, type PlannedFault, type PlannedPlacement } from './run-plan.js';

const MOST_WAYS = 1_000_000;

/** What this machine lets us do: servers that were given to us are not ours to make fail. */
export interface FaultsAllowed {
  readonly ownBroker: boolean;
  readonly ownDatabase: boolean;
}

/** The kinds that make sense for a placement. */
export function possibleKinds(
  all: readonly FaultKind[],
  placed: PlannedPlacement,
  { ownBroker, ownDatabase }: FaultsAllowed,
): FaultKind[] {
  return all.filter((kind) => {
    const { needs } = kindOf[kind];
    if ((needs.includes('own broker') && !ownBroker) || (needs.includes('own database') && !ownDatabase)) return false;
    return canBeMade(kind, placed);
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
    place: kindOf[kind].hits.includes('a host') ? place : 0,
    afterMs: draw.whole(0, 150),
    holdMs: draw.whole(hold.least, hold.most),
    way: draw.whole(0, MOST_WAYS),
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
  return collide(first, second) ? [first] : [first, second];
}
