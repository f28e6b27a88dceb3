import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { harms } from './checks/finding.js';
import { faultKinds, placementKinds } from './plan/run-plan.js';

const counts = z.record(z.string(), z.int());

/** What became of one run: one line of a results file. */
export const runResult = z.object({
  seed: z.int(),
  placement: z.enum(placementKinds),
  hosts: z.array(z.string()),
  /** Orders that were accepted in this run, and how many ended in which status. */
  orders: z.int(),
  ended: counts,
  /** Each fault as it came, with the orders that were in flight at that moment, by process and step. */
  hits: z.array(
    z.object({
      kind: z.enum(faultKinds),
      orders: z.int(),
      at: counts,
      lastedMs: z.int(),
      /** What the fault has changed, where it can tell. */
      effect: counts.optional(),
    }),
  ),
  /** How the clients' tries ended: a status, `timeout`, `no connection`. */
  tries: counts,
  /** Of stops over 15 s, how many hosts named in time; absent where nobody looked. */
  noticed: z
    .object({ stops: z.int(), named: z.int(), silent: z.array(z.string()), misnamed: z.array(z.string()) })
    .optional(),
  findings: z.array(z.object({ check: z.string(), harm: z.enum(harms), what: z.string() })),
  tookMs: z.int(),
});
export type RunResult = z.output<typeof runResult>;

/** A run with fewer orders is an example, not a proof. */
export const LEAST_ORDERS = 50;

/** Whether every stop that was looked for was named in time, and nothing that was well. */
export const wasNoticed = ({ noticed }: RunResult): boolean =>
  noticed === undefined || (noticed.silent.length === 0 && noticed.misnamed.length === 0);

/** A fault that says what it has changed, and it was nothing. */
export const changedNothing = ({ effect }: RunResult['hits'][number]): boolean =>
  effect !== undefined && Object.values(effect).every((count) => count === 0);

/** Whether a run counts: enough orders, and every fault changed something while enough of them were under way. */
export const isWorthCounting = ({ orders, hits }: RunResult, leastInFlight: number): boolean =>
  orders >= LEAST_ORDERS && hits.length > 0 && hits.every((hit) => hit.orders >= leastInFlight && !changedNothing(hit));

/** The results of a file to which runs have written. */
export const resultsIn = (file: string): readonly RunResult[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => runResult.parse(JSON.parse(line)));
