import { afterAll, expect, it } from '@jest/globals';
import { cleanUp } from '../support/host.js';
import { openGround } from './ground/ground.js';
import { performRun } from './perform-run.js';
import { Draw } from './plan/draw.js';
import { placementOf } from './plan/draw-placement.js';
import { drawPlan } from './plan/draw-plan.js';
import { shortRun } from './profiles.js';
import { reportLines } from './report-line.js';

const SEED = 4_100;
const ORDERS = 100;

afterAll(cleanUp);

it('a second shop on the virtual host of the first is refused while 100 orders of that are under way, and the books are exact (fault 3)', async () => {
  const placed = placementOf('one process with a broker', new Draw(SEED));
  const ground = await openGround(placed);
  const plan = drawPlan(SEED, { ...shortRun(ORDERS), placed, kinds: ['add-second-installation'] });
  const result = await performRun(ground, plan);
  await ground.close();
  if (result.findings.length > 0) throw new Error([...reportLines(result), ground.trouble.text()].join('\n'));
  expect(result.orders).toBeGreaterThanOrEqual(ORDERS);
  expect(result.hits.map(({ effect }) => effect)).toEqual([{ refused: 1 }]);
});
