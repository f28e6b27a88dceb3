import type { Finding } from './checks/finding.js';
import { placings } from './checks/placings.js';
import { performRound, type Hit } from './faults/perform-round.js';
import type { Ground } from './ground/ground.js';
import { Journeys } from './journeys/journeys.js';
import { openSale } from './journeys/open-sale.js';
import { StopWatch } from './noticing/stop-watch.js';
import type { RunPlan } from './plan/run-plan.js';
import type { RunResult } from './run-result.js';
import { settledVerdict } from './settled-verdict.js';
import { ordersSeen } from './sources/orders-seen.js';

export interface PerformOptions {
  /** Whether what stands still is compared with what hosts name. */
  readonly noticing?: boolean;
}

/** Placed when a fault waits for orders in flight. */
const MORE = 8;

/**
 * Orders, faults, and a verdict when everything is healed. The shop is judged as a whole: on a ground that several runs
 * share, each verdict covers the runs before it, too.
 */
export async function performRun(
  ground: Ground,
  plan: RunPlan,
  { noticing = false }: PerformOptions = {},
): Promise<RunResult> {
  const began = Date.now();
  const before = { calls: ground.log.all().length, ends: ground.log.ends() };
  const selling = await openSale(ground, plan);
  const journeys = new Journeys(selling, plan.journeys);
  const watch = noticing ? new StopWatch(ground) : undefined;
  const hits: Hit[] = [];
  const broken: Finding[] = [];
  for (const round of plan.rounds) {
    journeys.begin(round.before);
    const trickling = journeys.trickle(round.during);
    try {
      hits.push(...(await performRound(ground, round.faults, () => journeys.begin(MORE))));
    } catch (error) {
      broken.push({ check: 'faults', harm: 'stranded', what: error instanceof Error ? error.message : String(error) });
    }
    await trickling;
  }
  await ground.hosts
    .whole()
    .catch((error: unknown) => void broken.push({ check: 'hosts', harm: 'stranded', what: String(error) }));
  const promises = (await journeys.over()).map((what): Finding => ({ check: 'clients', harm: 'lost', what }));
  const seen = hits.flatMap(({ findings: of }) => of);
  const findings = [...broken, ...promises, ...seen, ...(await settledVerdict(ground))];
  const noticed = await watch?.end();
  const accepted = new Set(placings(ground.log.all().slice(before.calls)).map(({ orderId }) => orderId));
  return {
    seed: plan.seed,
    placement: plan.placed.kind,
    hosts: plan.placed.placement.hosts.map((contexts) => contexts.join('+')),
    orders: accepted.size,
    ended: await endings(ground, accepted),
    hits: hits.map(({ kind, orders, at, lastedMs, effect }) => ({
      kind,
      orders,
      at: { ...at },
      lastedMs,
      ...(effect === undefined ? {} : { effect: { ...effect } }),
    })),
    tries: since(before.ends, ground.log.ends()),
    ...(noticed === undefined
      ? {}
      : { noticed: { ...noticed, silent: [...noticed.silent], misnamed: [...noticed.misnamed] } }),
    findings,
    tookMs: Date.now() - began,
  };
}

async function endings({ plainAdmin }: Ground, ids: ReadonlySet<string>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  // A shop that does not answer has been found out already.
  const orders = await ordersSeen(plainAdmin).catch(() => []);
  for (const { id, status } of orders) if (ids.has(id)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const since = (
  before: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): Record<string, number> =>
  Object.fromEntries(
    Object.entries(now).flatMap(([end, count]) =>
      count === (before[end] ?? 0) ? [] : [[end, count - (before[end] ?? 0)]],
    ),
  );
