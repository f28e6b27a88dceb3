import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { askedMetrics } from '../alerts/asked-metrics.js';
import { DASHBOARDS, dashboardFiles, FOLDER } from './files.js';
import { knownMetrics, pageMetrics } from './known-metrics.js';
import { queriesOf, wrongIn } from './lint.js';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the dashboards', () => {
  it('are files that say what their sources say: npm run dashboards', () => {
    const files = readdirSync(join(ROOT, FOLDER)).filter((name) => name.endsWith('.json'));
    const found = new Map(files.map((name) => [name, readFileSync(join(ROOT, FOLDER, name), 'utf8')]));
    const wanted = dashboardFiles();
    expect([...found.keys()].toSorted()).toEqual([...wanted.keys()].toSorted());
    for (const [name, text] of wanted) expect(JSON.parse(found.get(name) ?? 'null')).toEqual(JSON.parse(text));
  });

  it.each(DASHBOARDS)('$name: each panel has what it needs, and asks for what hosts tell', async ({ dashboard }) => {
    expect(wrongIn(dashboard, await knownMetrics())).toEqual([]);
  });

  it('show every metric of the page, and have names of their own', () => {
    const shown = new Set(
      DASHBOARDS.flatMap(({ dashboard }) => queriesOf(dashboard))
        .flatMap(({ expr }) => askedMetrics(expr))
        .map(({ metric }) => metric.replace(/_bucket$/, '')),
    );
    expect([...pageMetrics().keys()].filter((name) => !shown.has(name))).toEqual([]);
    const uids = DASHBOARDS.map(({ dashboard }) => dashboard.uid);
    expect(new Set(uids).size).toBe(uids.length);
  });

  it('name runbooks and pages that are there', () => {
    const pages = DASHBOARDS.flatMap(({ dashboard }) => JSON.stringify(dashboard).match(/docs\/[\w/-]+\.md/g) ?? []);
    expect(pages.length).toBeGreaterThan(5);
    for (const page of pages) expect(readFileSync(join(ROOT, page), 'utf8')).toMatch(/^# /);
  });
});

describe('the look at a dashboard', () => {
  const metrics = new Map([
    ['orders_total', ['status']],
    ['orders_seconds', ['status']],
  ]);
  const source = { type: 'prometheus', uid: '${datasource}' };
  const fine = {
    title: 'Orders',
    description: 'How many there are',
    datasource: source,
    fieldConfig: { defaults: { unit: 'short' } },
    options: { legend: { showLegend: true } },
  };
  const target = (expr: string, legendFormat: string) => ({ datasource: source, refId: 'A', expr, legendFormat });
  const withPanel = (panel: object) => {
    const other = (title: string) => ({ ...fine, title, targets: [target('orders_total{job="$job"}', 'all')] });
    return {
      uid: 'isolith-orders',
      title: 'Orders',
      description: 'What becomes of orders',
      templating: { list: [{ name: 'job' }] },
      panels: [...['one', 'two', 'three'].map(other), panel],
    };
  };
  const wrong = (expr: string, legend: string) =>
    wrongIn(withPanel({ ...fine, targets: [target(expr, legend)] }), metrics);

  it.each([
    ['nothing', 'sum by (status) (rate(orders_total{job="$job"}[$__rate_interval]))', '{{status}}', []],
    ['nothing', 'histogram_quantile(0.9, sum by (le) (orders_seconds_bucket{job="$job"}))', '90 %', []],
    ['an unknown metric', 'orders_lost_total{job="$job"}', 'lost', ['Orders: there is no orders_lost_total']],
    ['an unknown label', 'orders_total{job="$job",sku="x"}', 'all', ['Orders: orders_total has no sku']],
    ['a legend of none', 'orders_total{job="$job"}', '{{sku}}', ['Orders: orders_total has no sku']],
    [
      'a legend that is gone',
      'sum by (le) (orders_total{job="$job"})',
      '{{status}}',
      ['Orders: its legend shows status, by which it does not group'],
    ],
    ['other installations', 'sum(orders_total)', 'all', ['Orders: of all installations']],
    ['an unknown variable', 'orders_total{job="$job",status="$at"}', 'all', ['Orders: no variable at']],
  ])('finds %s: %s', (_, expr, legend, found) => {
    expect(wrong(expr, legend)).toEqual(found);
  });

  it.each([
    ['title', { title: '' }],
    ['description', { description: '' }],
    ['datasource', { datasource: { type: 'prometheus', uid: 'P1809F7CD0C75ACF3' } }],
    ['fieldConfig', { fieldConfig: { defaults: {} } }],
    ['options', { options: { legend: { showLegend: false } } }],
    ['targets', { targets: [] }],
    ['targets', { targets: [target('orders_total{job="$job"}', '')] }],
  ])('finds a panel whose %s is not there: %#', (part, without) => {
    const panel = { ...fine, targets: [target('orders_total{job="$job"}', 'all')], ...without };
    expect(wrongIn(withPanel(panel), metrics)).toEqual([expect.stringMatching(new RegExp(`^panels\\.3\\.${part}`))]);
  });
});
