import { context, diag, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  createAlwaysRecordSampler,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { RemarkableTraces } from './remarkable-traces.js';
import type { TracingSettings } from './tracing-settings.js';

const TOLD_EVERY_MS = 60_000;

/** Who makes the spans, and where they go. */
export interface TracingOptions {
  readonly settings: TracingSettings;
  /** What OTEL_SERVICE_NAME says else. */
  readonly service: string;
  /** Of the resource: what is true of the process as a whole. */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
  /**
   * A trace with a failed span, or with one that took as long, is exported though the sampler left it out;
   * milliseconds.
   */
  readonly slowMs: number | undefined;
  /** Told of what goes wrong with the export, once a minute at most; it fails nothing else. */
  readonly warn: (line: string) => void;
  /** Default: what `settings` says. */
  readonly exporter?: SpanExporter;
}

/** Traces that are being made. */
export interface Tracing {
  /** Exports what is left. Never rejects; ends within `withinMs`. */
  shutdown(withinMs: number): Promise<void>;
}

/** Sets OpenTelemetry's SDK up for the whole process; once. */
export function startTracing({ settings, service, attributes, slowMs, warn: tell, exporter }: TracingOptions): Tracing {
  const { ratio, parentBased, batch } = settings;
  const warn = seldom(tell);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  const root: Sampler = ratio === 1 ? new AlwaysOnSampler() : new TraceIdRatioBasedSampler(ratio);
  const sampler = parentBased ? new ParentBasedSampler({ root }) : root;
  const behind = new BatchSpanProcessor({ exporter: exporter ?? exporterOf(settings), ...batch });
  const provider = new TracerProvider({
    sampler: slowMs === undefined ? sampler : createAlwaysRecordSampler(sampler),
    spanProcessors: [slowMs === undefined ? behind : new RemarkableTraces(behind, { slowMs })],
    resource: resourceFromAttributes({ 'service.name': service, ...mutable(attributes) }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    async shutdown(withinMs) {
      const over = Promise.withResolvers<void>();
      const timer = setTimeout(over.resolve, withinMs).unref();
      await Promise.race([
        provider
          .shutdown()
          .catch((error: unknown) =>
            warn(error instanceof Error ? error.message : 'the traces that are left could not be exported'),
          ),
        over.promise,
      ]);
      clearTimeout(timer);
      trace.disable();
      context.disable();
      propagation.disable();
      diag.disable();
    },
  };
}

const exporterOf = ({ exporter }: TracingSettings): SpanExporter =>
  exporter === 'console' ? new ConsoleSpanExporter() : new OTLPTraceExporter();

/** A store that is away is told of with every batch. */
function seldom(tell: (line: string) => void): (line: string) => void {
  let toldAt = -Infinity;
  return (line) => {
    if (performance.now() - toldAt < TOLD_EVERY_MS) return;
    toldAt = performance.now();
    tell(line);
  };
}

const ignore = (): void => undefined;

const mutable = (attributes: TracingOptions['attributes'] = {}): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
