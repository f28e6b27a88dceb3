import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import type { Finding } from '../checks/finding.js';
import type { Ground } from '../ground/ground.js';
import { inFlight, type InFlight } from '../ground/in-flight.js';
import { healingOrder } from '../plan/fault-kinds.js';
import type { FaultKind, Moment, PlannedFault } from '../plan/run-plan.js';
import type { Fault } from './fault.js';
import { makeFault } from './make-fault.js';
import { nowAndThen } from './now-and-then.js';

/** A fault that hits an idle shop proves nothing. */
export const LEAST_IN_FLIGHT = 5;
/** A bound for failing; orders are placed all the time. */
const IN_FLIGHT_LIMIT_MS = 20_000;
/** How long a fault waits for its moment; then any will do. */
const MOMENT_LIMIT_MS = 1_500;

/** A fault as it came: what was under way when it hit. */
export interface Hit extends InFlight {
  readonly kind: FaultKind;
  /** Milliseconds from its beginning until what it hit worked again. */
  readonly lastedMs: number;
  /** What it has changed, where it can tell. */
  readonly effect?: Readonly<Record<string, number>>;
  /** What only the fault itself could see. */
  readonly findings: readonly Finding[];
}

interface Begun {
  readonly planned: PlannedFault;
  readonly fault: Fault;
  readonly seen: InFlight;
  readonly at: number;
}

/**
 * The faults of a round one right after the other, cuts first, each when enough is in flight; then each is healed,
 * servers before hosts, since a host that starts needs them, and last what only hosts can heal.
 * @param moreOrders called when too few are in flight: places some more
 */
export async function performRound(
  ground: Ground,
  planned: readonly PlannedFault[],
  moreOrders: () => void,
): Promise<readonly Hit[]> {
  const prepared = [...planned]
    .sort(cutsFirst)
    .map((plan) => ({ planned: plan, fault: makeFault[plan.kind](ground, plan, planned.length === 1) }));
  for (const { fault } of prepared) await fault.prepare?.();
  const begun: Begun[] = [];
  try {
    for (const { planned: plan, fault } of prepared) {
      await pause(plan.afterMs);
      const seen = await enoughInFlight(ground, plan.moment, begun.at(-1)?.seen, moreOrders);
      begun.push({ planned: plan, fault, seen, at: Date.now() });
      await fault.hit(moreOrders);
    }
    await pause(Math.max(...planned.map(({ holdMs }) => holdMs)));
  } finally {
    await healAll(begun);
    for (const {
      planned: { kind },
      at,
    } of begun)
      ground.disturbances.note({ kind, from: at, until: Date.now() });
  }
  return begun.map(({ planned: { kind }, fault, seen, at }) => {
    const effect = fault.effect?.();
    const findings = (fault.findings?.() ?? []).map((finding) => ({ check: kind, ...finding }));
    return { kind, ...seen, lastedMs: Date.now() - at, ...(effect === undefined ? {} : { effect }), findings };
  });
}

/** What is to be cut must be there: a shop whose only host has just been drained has no connections. */
const cutsFirst = (a: PlannedFault, b: PlannedFault): number =>
  Number(b.kind.startsWith('cut-')) - Number(a.kind.startsWith('cut-'));

async function healAll(begun: readonly Begun[]): Promise<void> {
  const order = [...begun].sort((a, b) => healingOrder(a.planned.kind, b.planned.kind));
  const failures: unknown[] = [];
  // One that cannot be healed must not leave the others as they are.
  for (const { fault } of order) await fault.heal().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, `not healed: ${failures.map(String).join('; ')}`);
}

/**
 * Waits until enough is in flight, and for a while also for the planned moment. While a first fault keeps the database
 * away nothing in it moves, so what was seen before it still holds.
 */
async function enoughInFlight(
  { witness }: Ground,
  moment: Moment,
  before: InFlight | undefined,
  moreOrders: () => void,
): Promise<InFlight> {
  const momentUntil = Date.now() + MOMENT_LIMIT_MS;
  const looked = nowAndThen(moreOrders);
  const look = async (): Promise<InFlight> => {
    looked();
    try {
      return await inFlight(witness);
    } catch (error) {
      if (before === undefined) throw error;
      return before;
    }
  };
  const isTheMoment = ({ at }: InFlight): boolean =>
    Date.now() > momentUntil || Object.keys(at).some((step) => step.startsWith(moment));
  return eventually(
    `${LEAST_IN_FLIGHT} orders are in flight`,
    look,
    (seen) => seen.orders >= LEAST_IN_FLIGHT && isTheMoment(seen),
    IN_FLIGHT_LIMIT_MS,
  );
}
