import type { MessageMeter, MessageRoute } from '@isolith/message-bus';
import type { Metrics, Reading } from '@isolith/observability';
import { isBuiltInName } from '../operations/built-in.js';
import { type CountsEdges, type EdgeCounts, edgeKey, edgeLane, type EdgeLane } from '../topology/edge-counts.js';
import { BoundedNames, OTHER } from './bounded-names.js';
import { MessageSeries, type SeriesLabels } from './message-series.js';
import { SeriesByRoute } from './series-by-route.js';

const LABELS = ['from', 'to', 'message', 'lane'];
/** Seconds; from a look into memory to a caller that waits for its deadline. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10];
/** Words for an outcome beside `success`: the failures that contracts list, and the codes of errors. */
const MOST_OUTCOMES = 100;

/**
 * What became of each message, by who sent it, who handles it, its contract and its lane. There are as many series as
 * the code has contracts, subscriptions and contexts: what others make up counts as `unknown` or `other`.
 *
 * Counted here and read by the library when it is asked: to find a series there takes as long as to handle a message.
 */
export class MessageMetrics implements MessageMeter, CountsEdges {
  readonly bounds = BUCKETS;
  readonly #outcomes = new BoundedNames(MOST_OUTCOMES);
  readonly #handled = this.#none();
  readonly #unanswered = this.#none();

  /** @param contexts all of the application, the gateway too: who may be named as a sender */
  constructor(
    metrics: Metrics,
    private readonly contexts: ReadonlySet<string>,
    missing: (error: unknown) => void,
  ) {
    metrics.observe(
      {
        name: 'message_handled_total',
        help: 'Messages that handlers of this host have run for, or that were refused before, since the start. Each run for an event counts.',
        labels: [...LABELS, 'outcome'],
        type: 'counter',
      },
      () => outcomes(this.#handled),
      missing,
    );
    metrics.observeHistogram(
      {
        name: 'message_seconds',
        help: 'Seconds from the moment a message is taken to its answer, or that a handler runs for an event.',
        labels: LABELS,
        buckets: BUCKETS,
      },
      () => this.#handled.all().map((one) => one.histogram()),
    );
    metrics.observe(
      {
        name: 'message_unanswered_total',
        help: 'Messages sent from this host, since the start, whose sender got no answer after all attempts.',
        labels: [...LABELS, 'outcome'],
        type: 'counter',
      },
      () => outcomes(this.#unanswered),
      missing,
    );
  }

  handled({ from, to, message = 'unknown', lane }: MessageRoute, outcome: string, seconds: number): void {
    this.#of(this.#handled, { from, to, message, lane }).add(outcome, seconds);
  }

  unanswered({ from, to, message = 'unknown', lane }: MessageRoute, outcome: string): void {
    this.#of(this.#unanswered, { from, to, message, lane }).add(outcome, 0);
  }

  /** Between whom they went, without what operators ask: whoever looks does not see himself looking. */
  edges(): readonly EdgeCounts[] {
    const edges = new Map<string, { from: string; to: string; lane: EdgeLane; failed: number; counts: number[] }>();
    for (const series of this.#handled.all()) {
      const { from, to, message } = series.labels;
      if (isBuiltInName(message)) continue;
      const lane = edgeLane(series.labels.lane);
      const key = edgeKey({ from, to, lane });
      const edge = edges.get(key) ?? { from, to, lane, failed: 0, counts: [...BUCKETS, Infinity].map(() => 0) };
      edges.set(key, edge);
      edge.failed += series.failed();
      for (const [at, count] of series.histogram().counts.entries()) edge.counts[at] = (edge.counts[at] ?? 0) + count;
    }
    return [...edges.values()];
  }

  #of(series: SeriesByRoute, labels: SeriesLabels): MessageSeries {
    const known = series.find(labels);
    if (known !== undefined) return known;
    const bounded = this.contexts.has(labels.from) ? labels : { ...labels, from: OTHER };
    return series.find(bounded) ?? series.add(bounded);
  }

  #none(): SeriesByRoute {
    return new SeriesByRoute((labels) => new MessageSeries(labels, BUCKETS, this.#outcomes));
  }
}

const outcomes = (series: SeriesByRoute): readonly Reading[] => series.all().flatMap((one) => one.outcomes());
