import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { contextOf, currentScope, traceparentOf } from '@isolith/message-bus';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { z } from 'zod';
import { openTestContext, type TestContext } from '../testing/index.js';

class Sold extends event('sales.sold', { input: z.object({ id: z.string() }), key: 'id' }) {}

const exporter = new InMemorySpanExporter();
afterEach(() => exporter.reset());
let sales: TestContext;
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  sales = await openTestContext({ context: 'sales' });
});
afterAll(async () => {
  await sales.close();
  trace.disable();
  context.disable();
});

describe('the commit of a unit of work', () => {
  it('has a span in what is traced, with the number of its events, which are kept with the span of who recorded them', async () => {
    await trace.getTracer('shop').startActiveSpan('process sales.sell', async (handler) => {
      await sales.unit.run(async () => {
        currentScope()?.unit?.append(new Sold({ id: '1' }));
        currentScope()?.unit?.append(new Sold({ id: '2' }));
      });
      const [commit, ...more] = exporter.getFinishedSpans();
      expect(more).toEqual([]);
      expect(commit).toMatchObject({
        name: 'commit sales',
        kind: SpanKind.INTERNAL,
        attributes: { 'isolith.context': 'sales', 'isolith.unit.events': 2 },
      });
      expect(commit?.parentSpanContext?.spanId).toBe(handler.spanContext().spanId);
      const kept = await sales.database.query(
        z.object({ traceparent: z.string() }),
        `SELECT metadata->>'traceparent' AS traceparent FROM sales.journal ORDER BY 1`,
      );
      expect(kept.map(({ traceparent }) => traceparent)).toEqual(
        Array.from({ length: 2 }, () => traceparentOf(handler.spanContext())),
      );
      handler.end();
    });
  });

  it('that fails is an error', async () => {
    await trace.getTracer('shop').startActiveSpan('process sales.sell', async (handler) => {
      await sales.unit
        .run(async () => {
          await sales.unit.execute('SELECT 1 / 0').catch(() => undefined);
        })
        .catch(() => undefined);
      handler.end();
    });
    expect(exporter.getFinishedSpans()[0]).toMatchObject({
      name: 'commit sales',
      status: { code: SpanStatusCode.ERROR },
    });
  });

  it('is not traced by itself, nor in what nobody records', async () => {
    await sales.unit.run(async () => undefined);
    await context.with(contextOf('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'), () =>
      sales.unit.run(async () => undefined),
    );
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
