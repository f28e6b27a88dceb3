import type { DeclaredMetric } from '@isolith/observability';
import type { Series } from './series.js';

/** What each label may say: words, or a pattern for what has no list. */
export type KnownValues = Readonly<Record<string, ReadonlySet<string> | RegExp>>;

/** What a scrape shows that no metric declares, and no label may say. */
export function strangeSeries(
  series: readonly Series[],
  declared: readonly DeclaredMetric[],
  known: KnownValues,
): readonly string[] {
  const labelsOf = new Map(declared.map(({ name, labels }) => [name, labels]));
  const isKnown = (label: string, value: string): boolean => {
    const values = known[label];
    return values instanceof RegExp ? values.test(value) : values?.has(value) === true;
  };
  const found = series.flatMap(({ metric, labels }) => {
    const own = labelsOf.get(metric) ?? labelsOf.get(metric.replace(/_(?:bucket|sum|count)$/, ''));
    if (own === undefined) return [`metric ${metric}`];
    return [...labels]
      .filter(([label]) => label !== 'le')
      .filter(([label, value]) => !isKnown(label, value) || (label !== 'service' && !own.includes(label)))
      .map(([label, value]) => `${metric}: ${label}="${value}"`);
  });
  return [...new Set(found)];
}
