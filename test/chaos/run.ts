import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { cleanUp } from '../support/host.js';
import { coverageLines, coverageOf } from './coverage.js';
import { evidenceOf } from './evidence.js';
import { LEAST_IN_FLIGHT } from './faults/perform-round.js';
import { openGround } from './ground/ground.js';
import { performRun } from './perform-run.js';
import { Draw } from './plan/draw.js';
import { drawPlan, type PlanOptions } from './plan/draw-plan.js';
import { placementOf } from './plan/draw-placement.js';
import { faultKinds, placementKinds, type RunPlan } from './plan/run-plan.js';
import { longRun } from './profiles.js';
import { noticedLine, reportLines, totalLine } from './report-line.js';
import { isWorthCounting, resultsIn, wasNoticed, type RunResult } from './run-result.js';
import { SUMMARY_FILE, summaryOf } from './summary.js';

/**
 * Shops of real processes, orders, and faults that are drawn at random; then a verdict from independent sources.
 *
 *   npm run chaos -- [--runs 200] [--seed 7] [--orders 50] [--only kill-host] [--rounds 1] [--hold 20000] [--placement
 *   'each its own']
 *                    [--output results.jsonl] [--logs folder] [--record]
 *
 * The seed of each run is printed before it; `--runs 1 --seed <it>` repeats its decisions. `--record` keeps a summary
 * for docs/guarantees.md; with `--output`, of all results in that file, so that a series can be continued. The servers
 * are those of `npm run services -- exec`.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    seed: { type: 'string' },
    orders: { type: 'string', default: '50' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    hold: { type: 'string' },
    placement: { type: 'string' },
    output: { type: 'string' },
    logs: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
const runs = z.coerce.number().int().min(1).max(10_000).parse(values.runs);
const orders = z.coerce.number().int().min(1).max(5_000).parse(values.orders);
const firstSeed = z.coerce
  .number()
  .int()
  .min(0)
  .parse(values.seed ?? Date.now() % 1_000_000_000);
const only = z.enum(faultKinds).optional().parse(values.only);
const rounds = z.coerce.number().int().min(1).max(100).optional().parse(values.rounds);
const hold = z.coerce.number().int().min(1).max(600_000).optional().parse(values.hold);
const kind = z.enum(placementKinds).optional().parse(values.placement);

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function planOf(seed: number): RunPlan {
  const options: PlanOptions = {
    ...longRun(orders),
    ...(only === undefined ? {} : { kinds: [only] }),
    ...(hold === undefined ? {} : { hold: { least: hold, most: hold }, long: { chance: 0, ms: 0 } }),
    ...(rounds === undefined ? {} : { rounds: { least: rounds, most: rounds } }),
    ...(kind === undefined ? {} : { placed: placementOf(kind, new Draw(seed)) }),
  };
  return drawPlan(seed, options);
}

/** A run on a shop of its own. Whatever happens, nothing of it is left. */
async function perform(plan: RunPlan): Promise<RunResult> {
  try {
    const ground = await openGround(plan.placed);
    const result = await performRun(ground, plan, { noticing: true });
    if (values.logs !== undefined && result.findings.length > 0) {
      const parts = [
        JSON.stringify(result, undefined, 1),
        await evidenceOf(ground, result.findings),
        ground.trouble.text(),
        ground.hosts.output(),
      ];
      mkdirSync(values.logs, { recursive: true });
      writeFileSync(`${values.logs}/chaos-${plan.seed}.log`, `${parts.join('\n\n')}\n`);
    }
    await ground.close();
    return result;
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const hosts = plan.placed.placement.hosts.map((contexts) => contexts.join('+'));
    return {
      seed: plan.seed,
      placement: plan.placed.kind,
      hosts,
      orders: 0,
      ended: {},
      hits: [],
      tries: {},
      findings: [{ check: 'run', harm: 'stranded', what }],
      tookMs: 0,
    };
  } finally {
    await cleanUp();
  }
}

const results: RunResult[] = [];
for (let index = 0; index < runs; index += 1) {
  const seed = firstSeed + index;
  print(`run ${index + 1} of ${runs}, seed ${seed}`);
  const result = await perform(planOf(seed));
  results.push(result);
  for (const line of reportLines(result)) print(line);
  if (values.output !== undefined) appendFileSync(values.output, `${JSON.stringify(result)}\n`);
}
print('\ncoverage');
for (const line of coverageLines(coverageOf(results))) print(`  ${line}`);
print(`\n${totalLine(results)}`);
print(noticedLine(results));
if (values.record)
  writeFileSync(
    SUMMARY_FILE,
    `${JSON.stringify(summaryOf(values.output === undefined ? results : resultsIn(values.output)), undefined, 2)}\n`,
  );
const isSound = results.every(
  (result) => result.findings.length === 0 && wasNoticed(result) && isWorthCounting(result, LEAST_IN_FLIGHT),
);
// Connections of servers that were taken away may still be closing.
process.exit(isSound ? 0 : 1);
