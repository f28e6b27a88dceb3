import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Context, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  createAlwaysRecordSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { RemarkableTraces } from './remarkable-traces.js';

const exporter = new InMemorySpanExporter();
const names = (): readonly string[] => exporter.getFinishedSpans().map(({ name }) => name);
beforeEach(() => exporter.reset());

/** Nothing is sampled: what is exported was kept. */
function tracer(bounds: { mostTraces?: number; mostSpans?: number } = {}) {
  const kept = new RemarkableTraces(new SimpleSpanProcessor({ exporter }), { slowMs: 1_000, ...bounds });
  const sampler = createAlwaysRecordSampler(new AlwaysOffSampler());
  return new TracerProvider({ sampler, spanProcessors: [kept] }).getTracer('spec');
}
const under = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span);

describe('traces that are not sampled', () => {
  it('are dropped when nothing is remarkable about them', () => {
    const of = tracer();
    const root = of.startSpan('root');
    of.startSpan('child', {}, under(root)).end();
    root.end();
    expect(names()).toEqual([]);
  });

  it('are kept whole with a span that failed: what ended before, itself, and what ends after', () => {
    const of = tracer();
    const root = of.startSpan('root');
    of.startSpan('before', {}, under(root)).end();
    of.startSpan('failed', {}, under(root)).setStatus({ code: SpanStatusCode.ERROR }).end();
    of.startSpan('other').end();
    of.startSpan('after', {}, under(root)).end();
    root.end();
    expect(names()).toEqual(['before', 'failed', 'after', 'root']);
    for (const span of exporter.getFinishedSpans()) {
      expect(span.spanContext().traceFlags).toBe(1);
      expect(span.spanContext().traceId).toBe(root.spanContext().traceId);
    }
  });

  it('are kept with a span that was slow', () => {
    const of = tracer();
    const began = Date.now();
    of.startSpan('quick', { startTime: began }).end(began + 999);
    of.startSpan('slow', { startTime: began }).end(began + 1_000);
    expect(names()).toEqual(['slow']);
  });

  it('hold no more traces, and of one no more spans, than they may', () => {
    const of = tracer({ mostTraces: 2, mostSpans: 3 });
    const roots = ['a', 'b', 'c'].map((name) => of.startSpan(name));
    for (const root of roots) for (let nth = 0; nth < 10; nth += 1) of.startSpan(`under ${nth}`, {}, under(root)).end();
    for (const root of roots.toReversed()) root.setStatus({ code: SpanStatusCode.ERROR }).end();
    // The first made room for the third, and has itself alone.
    const three = ['under 0', 'under 1', 'under 2'];
    expect(names()).toEqual([...three, 'c', ...three, 'b', 'a']);
  });
});
