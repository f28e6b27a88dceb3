import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { HistogramReadings, type HistogramOptions, type HistogramReading } from './histogram-readings.js';

/** A request that was answered. */
export interface ServedRequest {
  readonly method: string;
  /**
   * The route's pattern (`/v1/orders/:id`), never the path that was asked for: each label value is a series of its own.
   */
  readonly route: string;
  readonly status: number;
}

/** One series of a metric, as it stands now. */
export interface Reading {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A value that `Metrics` reads when it is asked: its name and labels as Prometheus shows them, and what it means. */
export interface Measured {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** `counter`: it only grows, until the process ends, and is called `…_total`. Default: `gauge`. */
  readonly type?: 'gauge' | 'counter';
}

/** A metric as it is declared, whether or not it has values now. */
export interface DeclaredMetric {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  /** Those of its own; every series has `service`, too. */
  readonly labels: readonly string[];
}

/** Seconds; from a lookup in memory to a request that waits for an order. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The metrics of one host. Nothing is kept outside of the object, so several hosts fit into one process. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #declared: DeclaredMetric[] = [];
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #latency: Histogram<'method' | 'route' | 'status'>;

  /** @param service the value of the label `service` on every series */
  constructor(service: string) {
    this.#registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.#registry });
    const labelNames = ['method', 'route', 'status'] as const;
    const registers = [this.#registry];
    const requests = { name: 'service_request_total', help: 'Requests answered.' };
    this.#requests = new Counter({ ...requests, labelNames, registers });
    this.#declared.push({ ...requests, type: 'counter', labels: labelNames });
    const latency = {
      name: 'service_latency_seconds',
      help: 'Seconds from the arrival of a request to the end of its answer.',
    };
    this.#latency = new Histogram({ ...latency, labelNames, registers, buckets: LATENCY_BUCKETS });
    this.#declared.push({ ...latency, type: 'histogram', labels: labelNames });
  }

  served({ method, route, status }: ServedRequest, seconds: number): void {
    const labels = { method, route, status: String(status) };
    this.#requests.inc(labels);
    this.#latency.observe(labels, seconds);
  }

  /**
   * A value that is read whenever the metrics are asked for. `read` returns all series of the metric; those that it
   * no longer returns disappear. If it throws, the metric is missing from that answer and `onError` is told.
   */
  observe(
    { name, help, labels = [], type = 'gauge' }: Measured,
    read: () => readonly Reading[] | Promise<readonly Reading[]>,
    onError: (error: unknown) => void,
  ): void {
    const options = {
      name,
      help,
      labelNames: [...labels],
      registers: [this.#registry],
      async collect(): Promise<void> {
        metric.reset();
        // One without labels is reset to 0, which would be a value.
        if (labels.length === 0) metric.remove();
        try {
          for (const { labels: values = {}, value } of await read()) metric.inc({ ...values }, value);
        } catch (error) {
          onError(error);
        }
      },
    };
    this.#declared.push({ name, help, labels, type });
    const metric: Gauge | Counter = type === 'counter' ? new Counter(options) : new Gauge(options);
  }

  /** The same for a histogram that whoever observes it counts. */
  observeHistogram(options: HistogramOptions, read: () => readonly HistogramReading[]): void {
    const { name, help, labels } = options;
    this.#declared.push({ name, help, labels, type: 'histogram' });
    void new HistogramReadings(options, read, this.#registry);
  }

  /** All metrics but those that the library has of the process (`process_…`, `nodejs_…`), by name. */
  declared(): readonly DeclaredMetric[] {
    return this.#declared.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** The text format of Prometheus and its content type. */
  async render(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
