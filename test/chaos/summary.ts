import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { allChecks } from './checks/all-checks.js';
import { harms } from './checks/finding.js';
import { coverageOf } from './coverage.js';
import { LEAST_IN_FLIGHT } from './faults/perform-round.js';
import { placementKinds } from './plan/run-plan.js';
import { isWorthCounting, type RunResult } from './run-result.js';

/** Kept in the repository: what docs/guarantees.md says of runs with faults. */
export const SUMMARY_FILE = fileURLToPath(new URL('./recorded.json', import.meta.url));

const counts = z.record(z.string(), z.int());

/** The runs in one kind of placement. */
const series = z.object({
  placement: z.enum(placementKinds),
  runs: z.int(),
  counting: z.int(),
  orders: z.int(),
  /** By fault: how often it hit, and how many different steps were under way then. */
  faults: z.record(z.string(), z.object({ hits: z.int(), steps: z.int() })),
  /** By check. */
  findings: counts,
});
export type Series = z.output<typeof series>;

/** A recorded series of runs. */
export const summary = z.object({
  seeds: z.object({ first: z.int(), last: z.int() }),
  runs: z.int(),
  counting: z.int(),
  orders: z.int(),
  faults: z.int(),
  harms: z.partialRecord(z.enum(harms), z.int()),
  findings: counts,
  placements: z.array(series),
});
export type Summary = z.output<typeof summary>;

export const recordedSummary = (): Summary => summary.parse(JSON.parse(readFileSync(SUMMARY_FILE, 'utf8')));

export function summaryOf(results: readonly RunResult[]): Summary {
  const found = results.flatMap(({ findings }) => findings);
  const seeds = results.map(({ seed }) => seed);
  return {
    seeds: { first: Math.min(...seeds), last: Math.max(...seeds) },
    ...countsOf(results),
    faults: results.reduce((sum, { hits }) => sum + hits.length, 0),
    harms: summary.shape.harms.parse(
      Object.fromEntries(harms.map((harm) => [harm, found.filter((finding) => finding.harm === harm).length])),
    ),
    placements: placementKinds.flatMap((placement) => {
      const those = results.filter((result) => result.placement === placement);
      return those.length === 0 ? [] : [{ placement, ...countsOf(those), faults: faultsOf(those, placement) }];
    }),
  };
}

function countsOf(results: readonly RunResult[]): Pick<Series, 'runs' | 'counting' | 'orders' | 'findings'> {
  const found = results.flatMap(({ findings }) => findings).map(({ check }) => check);
  const names = new Set([...allChecks.map(({ id }) => id), ...found]);
  return {
    runs: results.length,
    counting: results.filter((result) => isWorthCounting(result, LEAST_IN_FLIGHT)).length,
    orders: results.reduce((sum, { orders }) => sum + orders, 0),
    findings: Object.fromEntries([...names].map((name) => [name, found.filter((check) => check === name).length])),
  };
}

function faultsOf(results: readonly RunResult[], placement: string): Series['faults'] {
  return Object.fromEntries(
    Object.entries(coverageOf(results)).flatMap(([kind, placements]) => {
      const covered = placements[placement];
      return covered === undefined ? [] : [[kind, { hits: covered.hits, steps: Object.keys(covered.inFlight).length }]];
    }),
  );
}
