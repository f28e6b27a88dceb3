import { z } from 'zod';
import { askedMetrics } from '../alerts/asked-metrics.js';

/** A metric by its labels; of those that the library tells of the process they are not known. */
export type KnownMetrics = ReadonlyMap<string, readonly string[]>;

const text = z.string().min(3);
const source = z.object({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
const panel = z.object({
  title: text,
  description: text,
  datasource: source,
  fieldConfig: z.object({ defaults: z.object({ unit: z.string().min(1) }) }),
  options: z.object({ legend: z.object({ showLegend: z.literal(true) }).optional() }),
  targets: z
    .array(z.object({ datasource: source, expr: text, legendFormat: z.string().min(1), refId: z.string().min(1) }))
    .min(1),
});
const dashboard = z.object({
  uid: z.string().regex(/^isolith-[a-z]+$/),
  title: text,
  description: text,
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
  panels: z.array(panel).min(4),
});

/** What a panel asks a Prometheus. */
export interface Asked {
  readonly panel: string;
  readonly expr: string;
  readonly legend: string;
}

/** @throws ZodError where something that a panel must have is not there */
export function queriesOf(json: unknown): readonly Asked[] {
  return dashboard
    .parse(json)
    .panels.flatMap(({ title, targets }) =>
      targets.map(({ expr, legendFormat: legend }) => ({ panel: title, expr, legend })),
    );
}

/** The metric that a series is of: a histogram is shown as three. */
const metricOf = (name: string, known: KnownMetrics): string =>
  known.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '');

/** All that is wrong with a dashboard, in sentences. */
export function wrongIn(json: unknown, known: KnownMetrics): readonly string[] {
  const parsed = dashboard.safeParse(json);
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  const { templating, panels } = parsed.data;
  const variables = new Set(['__rate_interval', ...templating.list.map(({ name }) => name)]);
  const titles = panels.map(({ title }) => title);
  return [
    ...titles.filter((title, place) => titles.indexOf(title) !== place).map((title) => `two panels "${title}"`),
    ...queriesOf(json).flatMap(({ panel: title, expr, legend }) => [
      ...wrongMetrics(expr, legend, known).map((what) => `${title}: ${what}`),
      ...(expr.split('job="$job"').length > askedMetrics(expr).length ? [] : [`${title}: of all installations`]),
      ...[...expr.matchAll(/\$(\w+)/g)]
        .filter(([, name = '']) => !variables.has(name))
        .map(([, name = '']) => `${title}: no variable ${name}`),
    ]),
  ];
}

function wrongMetrics(expr: string, legend: string, known: KnownMetrics): readonly string[] {
  const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
  const asked = askedMetrics(expr);
  const grouped = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(', ');
  const unshown = shown.filter((label) => grouped !== undefined && !grouped.includes(label));
  return [
    ...(asked.length === 0 ? ['it asks for no metric'] : []),
    ...unshown.map((label) => `its legend shows ${label}, by which it does not group`),
    ...asked.flatMap(({ metric, labels }) => {
      const name = metricOf(metric, known);
      const own = known.get(name);
      if (own === undefined) return [`there is no ${metric}`];
      if (OF_THE_LIBRARY.test(name)) return [];
      return [...labels, ...(grouped === undefined ? shown : [])]
        .filter((label) => !['le', 'instance', ...own].includes(label))
        .map((label) => `${metric} has no ${label}`);
    }),
  ];
}

/** Their labels are the library's. */
const OF_THE_LIBRARY = /^(?:process|nodejs)_/;
