import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface ServedRequest {
  readonly method: string;
  /** The route's pattern (`/v1/orders/:id`), never the path that was asked for: each label value is a series of its own. */
  readonly route: string;
  readonly status: number;
}

export interface Reading {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Measured {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** Seconds; from a lookup in memory to a request that waits for an order. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The metrics of one host. Nothing is kept outside of the object, so several hosts fit into one process. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #latency: Histogram<'method' | 'route' | 'status'>;

  /** @param service the value of the label `service` on every series */
  constructor(service: string) {
    this.#registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.#registry });
    const labelNames = ['method', 'route', 'status'] as const;
    const registers = [this.#registry];
    this.#requests = new Counter({ name: 'service_request_total', help: 'Requests answered.', labelNames, registers });
    this.#latency = new Histogram({
      name: 'service_latency_seconds',
      help: 'Seconds from the arrival of a request to the end of its answer.',
      labelNames,
      registers,
      buckets: LATENCY_BUCKETS,
    });
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
    { name, help, labels = [] }: Measured,
    read: () => readonly Reading[] | Promise<readonly Reading[]>,
    onError: (error: unknown) => void,
  ): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [this.#registry],
      async collect() {
        gauge.reset();
        // A gauge without labels is reset to 0, which would be a value.
        if (labels.length === 0) gauge.remove();
        try {
          for (const { labels: values = {}, value } of await read()) gauge.set({ ...values }, value);
        } catch (error) {
          onError(error);
        }
      },
    });
  }

  /** The text format of Prometheus and its content type. */
  async render(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
