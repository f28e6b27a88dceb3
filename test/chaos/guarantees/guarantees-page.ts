import type { ConformanceReport } from '@isolith/message-bus/testing';
import { allChecks } from '../checks/all-checks.js';
import type { Series, Summary } from '../summary.js';
import { notYet } from '../plan/fault-kinds.js';
import type { Guarantee } from './guarantee.js';

export interface PageSources {
  readonly guarantees: readonly Guarantee[];
  /** What the conformance kit finds, or holds a transport to. */
  readonly kit: { readonly inProcess: ConformanceReport; readonly rabbitMq: ConformanceReport };
  readonly summary: Summary;
}

/**
 * Runs of one process without a broker are those of the in-process transport; all others sent their events through
 * RabbitMQ.
 */
export const IN_PROCESS = 'one process';

/** docs/guarantees.md */
export function guaranteesPage({ guarantees, kit, summary }: PageSources): string {
  const inProcess = summary.placements.filter(({ placement }) => placement === IN_PROCESS);
  const rabbitMq = summary.placements.filter(({ placement }) => placement !== IN_PROCESS);
  const rows = guarantees.map((guarantee, index) =>
    cells([
      `**${index + 1}. ${guarantee.name}** ${guarantee.says}`,
      cellOf(guarantee, kit.inProcess, inProcess),
      cellOf(guarantee, kit.rabbitMq, rabbitMq),
    ]),
  );
  return `# What is guaranteed, and what proves it

The guarantees are the same in every placement. *Kit*: obligations of \`@isolith/message-bus/testing\`, each of them in [conformance.md](conformance.md).
*Runs*: \`npm run chaos\`, which kills, freezes, drains and cuts real processes and servers, sets their clocks, settings and policies wrong, puts
hosts of the next release in their place, wrong neighbours and hostile messages beside them, while orders are in flight, and compares what clients were told with the provider's ledger, the
messages that were sent and the shelves, and what stood still for over 15 s with what hosts named. \`npm test\` has ten short runs, of other kinds each day;
\`npm run chaos -- --only <kind>\` has one.${leftOut()}

${cells(['guarantee', 'In process', 'RabbitMQ'])}${cells(['---', '---', '---'])}${rows.join('')}
${guarantees.map(details).join('\n')}
## The recorded runs

Seeds ${summary.seeds.first} to ${summary.seeds.last}: ${summary.runs} runs, of which ${summary.counting} count (50 orders or more, each fault while 5 or more were in flight);
${summary.orders} orders, ${summary.faults} faults. ${Object.entries(summary.harms)
    .map(([harm, count]) => `${harm} ${count}`)
    .join(', ')}.

${cells(['fault', ...summary.placements.map(({ placement }) => placement)])}${cells(['---', ...summary.placements.map(() => '---:')])}${faultRows(summary)}
${cells(['what a run is judged by', 'findings'])}${cells(['---', '---:'])}${allChecks.map(({ id, promise }) => cells([`**${id}** ${promise}`, String(summary.findings[id] ?? 'not looked at in these')])).join('')}
This page is written by \`ISOLITH_WRITE_DOCS=1 npm run jest -- --selectProjects=unit --testPathPatterns guarantees-page\` from the kit and \`test/chaos/recorded.json\`
(\`npm run chaos -- --runs 200 --record\`); the same test fails when it is out of date.
`;
}

const leftOut = (): string =>
  Object.entries(notYet)
    .map(
      ([kind, reason], index) =>
        `${index === 0 ? '\nLeft out of what is drawn, each until the shop stands it: ' : '; '}${kind} (${reason})`,
    )
    .join('');

function cellOf(
  { obligations, checks, proofs }: Guarantee,
  { kept, deviations, notApplicable, failures }: ConformanceReport,
  series: readonly Series[],
): string {
  const parts: string[] = [];
  const held = obligations.filter((id) => kept.includes(id));
  if (held.length > 0) parts.push(`kit: ${held.length} kept`);
  const deviating = deviations.filter(({ obligation }) => obligations.includes(obligation));
  parts.push(...deviating.map(({ obligation, reason }) => `deviates in ${obligation}: ${reason}`));
  parts.push(
    ...failures
      .filter(({ obligation }) => obligations.includes(obligation))
      .map(({ obligation, problem }) => `**fails ${obligation}**: ${problem}`),
  );
  const beside = obligations.filter((id) => notApplicable.includes(id));
  if (beside.length > 0) parts.push(`${beside.length} do not apply`);
  if (checks.length > 0) parts.push(runsOf(checks, series));
  if (proofs.length > 0) parts.push(`${proofs.length} tests of its own`);
  return parts.join('; ');
}

function runsOf(checks: readonly string[], series: readonly Series[]): string {
  const runs = series.reduce((sum, { counting }) => sum + counting, 0);
  const found = checks.reduce((sum, id) => sum + series.reduce((all, { findings }) => all + (findings[id] ?? 0), 0), 0);
  if (!checks.some((id) => series.some(({ findings }) => findings[id] !== undefined))) return '**no runs recorded**';
  return runs === 0 ? '**no runs recorded**' : `runs: ${found} findings in ${runs}`;
}

function details({ name, obligations, checks, proofs, open }: Guarantee, index: number): string {
  const named = (label: string, ids: readonly string[]): string =>
    ids.length === 0 ? '' : `- ${label}: ${ids.join(', ')}\n`;
  return `## ${index + 1}. ${name}

${named('Kit', obligations)}${named('Runs', checks)}${proofs.map(({ file, title }) => `- \`${file}\`: ${title}\n`).join('')}${open.map((sentence) => `- Not proven: ${sentence}\n`).join('')}`;
}

/** How often each fault hit in each kind of placement, and how many different steps of orders were under way then. */
function faultRows({ placements }: Summary): string {
  const kinds = [...new Set(placements.flatMap(({ faults }) => Object.keys(faults)))].sort();
  const cell = ({ faults }: Series, kind: string): string => {
    const hit = faults[kind];
    return hit === undefined ? '' : `${hit.hits} at ${hit.steps} steps`;
  };
  return kinds.map((kind) => cells([kind, ...placements.map((series) => cell(series, kind))])).join('');
}

const cells = (texts: readonly string[]): string =>
  `| ${texts.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
