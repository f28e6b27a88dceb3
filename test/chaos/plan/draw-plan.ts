import { Draw } from './draw.js';
import { drawTogether, possibleKinds, type FaultsAllowed, type HoldMs } from './draw-faults.js';
import { CUSTOMERS, drawJourney, drawProducts } from './draw-journeys.js';
import { drawPlacement } from './draw-placement.js';
import { drawnKinds } from './fault-kinds.js';
import { type FaultKind, type PlannedPlacement, type Round, type RunPlan } from './run-plan.js';

export interface PlanOptions {
  /** How many orders are placed at least. */
  readonly orders: number;
  readonly rounds: { readonly least: number; readonly most: number };
  readonly hold: HoldMs;
  /** How often the faults of a round last so long that what stands still must be named. */
  readonly long?: { readonly chance: number; readonly ms: number };
  /** How often a second fault joins the first one of a round. */
  readonly pairs: number;
  readonly allowed: FaultsAllowed;
  /** Instead of one drawn. */
  readonly placed?: PlannedPlacement;
  /** Instead of all. */
  readonly kinds?: readonly FaultKind[];
}

/** Fewer at once would often have ended before a fault can hit enough of them. */
const LEAST_BEFORE = 12;

const JOURNEYS_BRANCH = 1;

/** Pure: the same seed and options, the same plan. */
export function drawPlan(
  seed: number,
  { orders, rounds, hold, long = { chance: 0, ms: 0 }, pairs, allowed, placed: given, kinds = drawnKinds }: PlanOptions,
): RunPlan {
  const draw = new Draw(seed);
  const placed = given ?? drawPlacement(draw);
  const possible = possibleKinds(kinds, placed, allowed);
  if (possible.length === 0) throw new Error(`none of the faults ${kinds.join(', ')} can be made here`);
  const count = draw.whole(rounds.least, rounds.most);
  const share = Math.max(LEAST_BEFORE + 1, Math.ceil(orders / count));
  const drawn: Round[] = Array.from({ length: count }, () => {
    const held = draw.chance(long.chance) ? { least: long.ms, most: long.ms } : hold;
    const before = draw.whole(LEAST_BEFORE, Math.max(LEAST_BEFORE, Math.ceil(share * 0.7)));
    return { faults: drawTogether(draw, possible, placed, held, pairs), before, during: share - before };
  });
  const journeys = new Draw(seed).branch(JOURNEYS_BRANCH);
  return {
    seed,
    placed,
    customers: CUSTOMERS,
    products: drawProducts(draw, share * count),
    journeys: Array.from({ length: share * count }, (_, index) => drawJourney(journeys.branch(index))),
    rounds: drawn,
  };
}
