import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithFaults } from '../support/describe-with-faults.js';
import { LEAST_IN_FLIGHT } from './faults/perform-round.js';
import { openGround, type Ground } from './ground/ground.js';
import { performRun } from './perform-run.js';
import { Draw } from './plan/draw.js';
import { possibleKinds } from './plan/draw-faults.js';
import { placementOf } from './plan/draw-placement.js';
import { drawPlan } from './plan/draw-plan.js';
import { drawnKinds } from './plan/fault-kinds.js';
import type { FaultKind } from './plan/run-plan.js';
import { allowedHere, shortRun } from './profiles.js';
import { reportLines } from './report-line.js';
import { isWorthCounting, LEAST_ORDERS } from './run-result.js';

const DAY_MS = 86_400_000;
/**
 * The same runs all day, other ones the next: every kind is seen within days. To repeat those of a day, give its seed.
 */
const SEED = Number(process.env['ISOLITH_CHAOS_SEED'] ?? Math.floor(Date.now() / DAY_MS));
const RUNS = 10;

const placed = placementOf('two replicas', new Draw(SEED));
const kinds = new Draw(SEED).branch(1).shuffled(possibleKinds(drawnKinds, placed, allowedHere()));
/** Each kind once at most, as long as there are enough. */
const runs = Array.from({ length: RUNS }, (_, index): readonly [number, FaultKind] => [
  SEED * RUNS + index,
  kinds[index % kinds.length] ?? 'kill-host',
]);

describeWithFaults(`ten short runs on one fleet, ISOLITH_CHAOS_SEED=${SEED}`, () => {
  let ground: Ground;

  beforeAll(async () => {
    ground = await openGround(placed);
  });
  afterAll(() => ground?.close());

  it.each(runs)(
    'seed %i, %s: nothing lost, nothing doubled, nothing oversold, every order ends',
    async (seed, kind) => {
      const result = await performRun(ground, drawPlan(seed, { ...shortRun(LEAST_ORDERS), placed, kinds: [kind] }));
      // What does not count says why, as a finding does.
      const isSound = result.findings.length === 0 && isWorthCounting(result, LEAST_IN_FLIGHT);
      expect(isSound ? [] : [...reportLines(result), ground.trouble.text()]).toEqual([]);
    },
    180_000,
  );
});
