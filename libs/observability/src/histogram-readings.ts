import { Histogram, type MetricValueWithName, type Registry } from 'prom-client';

/** One series of a histogram, as it stands now. */
export interface HistogramReading {
  readonly labels: Readonly<Record<string, string>>;
  /** How many values were counted in each bucket and beyond the last one; not cumulative. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** How a histogram is called, and what its buckets are. */
export interface HistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
}

/**
 * A histogram that somebody else counts: where a value is counted for each message, what the library does to find its
 * series costs as much as the message.
 */
export class HistogramReadings extends Histogram {
  constructor(
    private readonly options: HistogramOptions,
    private readonly read: () => readonly HistogramReading[],
    registry: Registry,
  ) {
    const { name, help, labels, buckets } = options;
    super({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] });
  }

  /** What `get()` and the registry of the library read a histogram by. */
  async getForPromString(): Promise<object> {
    const { name, help } = this.options;
    const values = this.read().flatMap((reading) => this.seriesOf(reading));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }

  private seriesOf({ labels, counts, sum }: HistogramReading): readonly MetricValueWithName<string>[] {
    const { name, buckets } = this.options;
    let total = 0;
    const bounded = [...buckets.map(String), '+Inf'].map((le, at) => {
      total += counts[at] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total };
    });
    return [
      ...bounded,
      { metricName: `${name}_sum`, labels: { ...labels }, value: sum },
      { metricName: `${name}_count`, labels: { ...labels }, value: total },
    ];
  }
}
