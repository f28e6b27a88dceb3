import { harms, type Harm } from './checks/finding.js';
import { LEAST_IN_FLIGHT } from './faults/perform-round.js';
import { isWorthCounting, type RunResult } from './run-result.js';

const LONGEST_FINDING = 600;

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

/** One run for the terminal. */
export function reportLines(result: RunResult): string[] {
  const { placement, hosts, orders, ended, hits, tries, findings, noticed, tookMs } = result;
  const faults = hits.map(({ kind, orders: inFlight, lastedMs, effect = {} }) =>
    [`${kind} at ${inFlight} in flight for ${(lastedMs / 1000).toFixed(1)} s`, listed(effect)]
      .filter((part) => part !== '')
      .join(': '),
  );
  return [
    `  ${placement}: ${hosts.join(' | ')}`,
    `  ${faults.join('; ')}`,
    `  ${orders} orders: ${listed(ended)}; tries: ${listed(tries)}`,
    ...(noticed === undefined ? [] : [`  ${stopsLine([noticed])}`]),
    ...(noticed?.silent ?? []).map((what) => `  NOT NOTICED: ${what}`),
    ...(noticed?.misnamed ?? []).map((what) => `  NAMED THOUGH WELL: ${what}`),
    ...findings.map(({ check, harm, what }) => `  FOUND ${harm} (${check}): ${what.slice(0, LONGEST_FINDING)}`),
    `  ${findings.length === 0 ? 'sound' : `${findings.length} findings`} in ${(tookMs / 1000).toFixed(1)} s${isWorthCounting(result, LEAST_IN_FLIGHT) ? '' : ', does not count: too few orders, too few in flight, or a fault that changed nothing'}`,
  ];
}

const stopsLine = (all: readonly NonNullable<RunResult['noticed']>[]): string => {
  const sum = (of: (one: NonNullable<RunResult['noticed']>) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  return `noticed: ${sum(({ stops }) => stops)} stops over 15 s, ${sum(({ named }) => named)} named within 15 s, ${sum(({ misnamed }) => misnamed.length)} named without a stop`;
};

/** What hosts noticed of what stood still, over all runs. */
export const noticedLine = (results: readonly RunResult[]): string =>
  stopsLine(results.flatMap(({ noticed }) => noticed ?? []));

/** What it says of all runs. */
export function totalLine(results: readonly RunResult[]): string {
  const count = (harm: Harm): number =>
    results.flatMap(({ findings }) => findings).filter((finding) => finding.harm === harm).length;
  const counting = results.filter((result) => isWorthCounting(result, LEAST_IN_FLIGHT));
  const orders = results.reduce((sum, { orders: of }) => sum + of, 0);
  const hits = results.reduce((sum, { hits: of }) => sum + of.length, 0);
  const named = harms.map((harm) => `${harm} ${count(harm)}`);
  return `${results.length} runs (${counting.length} count), ${orders} orders, ${hits} faults: ${named.join(', ')}`;
}
