import type { DeclaredMetric } from '@isolith/observability';
import { LABELS } from './labels.js';

export const PAGE = 'docs/operations/metrics.md';

const HEAD = `# The metrics of a host

This page is written from what a host declares by \`npm run metrics\` and held by \`test/metrics\`, which also floods a shop and looks that no
label has a value beyond those below. \`GET /metrics\` answers an operator, and a scraper that has METRICS_TOKEN, in the text format of Prometheus.

Of the process itself there are \`process_…\` and \`nodejs_…\` beside them, as [prom-client](https://github.com/siimon/prom-client) has them:
processor time, memory, handles, garbage collection, and how late the event loop is (\`nodejs_eventloop_lag_…\`).

A histogram \`x\` is shown as \`x_bucket\`, with the label \`le\`, \`x_sum\` and \`x_count\`. Counters begin anew when a host does.`;

/** The page, from what is declared. */
export function metricsPage(declared: readonly DeclaredMetric[]): string {
  return `${[
    HEAD,
    '## Metrics',
    table(
      ['name', 'type', 'labels', 'meaning'],
      declared.map(({ name, type, labels, help }) => [`\`${name}\``, type, labels.map(code).join(', '), help]),
    ),
    '## Labels',
    table(
      ['label', 'values'],
      Object.entries(LABELS).map(([label, meaning]) => [code(label), meaning]),
    ),
  ].join('\n\n')}\n`;
}

const code = (text: string): string => `\`${text}\``;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
