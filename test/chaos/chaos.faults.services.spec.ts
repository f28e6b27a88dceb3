import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithFaults } from '../support/describe-with-faults.js';
import { LEAST_IN_FLIGHT } from './faults/perform-round.js';
import { openGround, type Ground } from './ground/ground.js';
import { performRun } from './perform-run.js';
import { Draw } from './plan/draw.js';
import { placementOf } from './plan/draw-placement.js';
import { drawPlan } from './plan/draw-plan.js';
import { faultKinds, type FaultKind } from './plan/run-plan.js';
import { shortRun } from './profiles.js';
import { reportLines } from './report-line.js';
import { isWorthCounting, LEAST_ORDERS } from './run-result.js';

/** The same runs each time; `npm run chaos` draws others. */
const SEED = 4_000;
const RUNS = 10;

/** Every kind once, and one of them again. */
const runs = Array.from({ length: RUNS }, (_, index): readonly [number, FaultKind] => [
  SEED + index,
  faultKinds[index % faultKinds.length] ?? 'kill-host',
]);

describeWithFaults('ten short runs on one fleet', () => {
  const placed = placementOf('two replicas', new Draw(SEED));
  let ground: Ground;

  beforeAll(async () => {
    ground = await openGround(placed);
  });
  afterAll(() => ground?.close());

  it.each(runs)(
    'seed %i, %s: nothing lost, nothing doubled, nothing oversold, every order ends',
    async (seed, kind) => {
      const result = await performRun(ground, drawPlan(seed, { ...shortRun(LEAST_ORDERS), placed, kinds: [kind] }));
      if (result.findings.length > 0)
        throw new Error([`seed ${seed}`, ...reportLines(result), ground.trouble.text()].join('\n'));
      expect(isWorthCounting(result, LEAST_IN_FLIGHT)).toBe(true);
    },
    180_000,
  );
});
