/** A metric that an expression reads, with the labels that it asks for. */
export interface AskedMetric {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** Set by whoever scrapes, on every series. */
const OF_SCRAPER = new Set(['job', 'instance']);

/**
 * The metrics that an expression of PromQL reads. Their names have a `_` and are no functions; what is grouped by is
 * asked of each of them.
 */
export function askedMetrics(expression: string): readonly AskedMetric[] {
  const bare = expression.replaceAll(/"[^"]*"/g, '""');
  const grouped = [...bare.matchAll(/\b(?:by|without|on) \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(','));
  return [
    ...bare
      .replaceAll(/\b(?:by|without|on) \([^)]*\)/g, '')
      .matchAll(/(?<![\w:{,])([a-z]+(?:[_:][a-z\d]+)+)\b(?!\()(?:\{([^}]*)\})?/g),
  ].map(([, metric = '', matchers = '']) => ({
    metric,
    labels: [...grouped, ...[...matchers.matchAll(/(\w+)(?:=|!=|=~|!~)""/g)].map(([, label = '']) => label)]
      .map((label) => label.trim())
      .filter((label) => !OF_SCRAPER.has(label)),
  }));
}

/** What a host tells: each metric with the labels of its series, undefined where it has none at the moment. */
export function toldMetrics(body: string): ReadonlyMap<string, ReadonlySet<string> | undefined> {
  const told = new Map<string, ReadonlySet<string> | undefined>();
  for (const [, metric = ''] of body.matchAll(/^# TYPE (\S+) /gm)) told.set(metric, undefined);
  for (const [, metric = '', labels = ''] of body.matchAll(/^(\w+)\{(.*)\} \S+$/gm))
    if (told.has(metric)) told.set(metric, new Set([...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label)));
  return told;
}
