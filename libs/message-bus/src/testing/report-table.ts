import type { KitOptions, ConformanceReport } from './check-transport.js';
import { kitObligations } from './kit-obligations.js';

/** The reports as one Markdown table: obligations as rows, transports, under the names given, as columns. */
export function reportTable(reports: Readonly<Record<string, ConformanceReport>>): string {
  const names = Object.keys(reports);
  const rows = kitObligations.map(({ id, promise }) => [
    `**${id}** ${promise}`,
    ...Object.values(reports).map((report) => cellOf(id, report)),
  ]);
  return [['obligation', ...names], names.map(() => '---').concat('---'), ...rows]
    .map((cells) => `| ${cells.map(escaped).join(' | ')} |\n`)
    .join('');
}

/** What the table says of one obligation and one transport. An obligation that was not tried is an empty cell. */
function cellOf(id: string, { kept, notApplicable, deviations, failures }: ConformanceReport): string {
  const failure = failures.find(({ obligation }) => obligation === id);
  if (failure !== undefined) return `fails: ${failure.problem}`;
  const deviation = deviations.find(({ obligation }) => obligation === id);
  if (deviation !== undefined) return `deviates: ${deviation.reason}`;
  if (notApplicable.includes(id)) return 'does not apply';
  return kept.includes(id) ? 'kept' : '';
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** What a transport states about itself, as the report that `describeTransport` with the same options holds it to. */
export function statedReport({
  deviations,
  notApplicable = [],
}: Pick<KitOptions, 'deviations' | 'notApplicable'>): ConformanceReport {
  const excepted = new Set([...notApplicable, ...deviations.map(({ obligation }) => obligation)]);
  return {
    kept: kitObligations.map(({ id }) => id).filter((id) => !excepted.has(id)),
    notApplicable,
    deviations,
    failures: [],
  };
}
