import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { Controller, Get, Param } from '@nestjs/common';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Public } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

const [begun, hanging] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];

@Public()
@Controller('v1/orders')
class Orders {
  @Get(':id')
  one(@Param('id') id: string): string | Promise<string> {
    if (id === 'broken') throw new Error('a secret of ada@shop.example');
    if (id !== 'slow') return trace.getActiveSpan()?.spanContext().spanId ?? 'none';
    begun.resolve();
    return hanging.promise;
  }
}

const exporter = new InMemorySpanExporter();
const spans = () => exporter.getFinishedSpans();
/** Over a connection: a span ends with what is sent. */
const ask = async (path: string, headers: Record<string, string> = {}): Promise<string> =>
  (await fetch(new URL(path, await app.getUrl()), { headers })).text();
let app: NestFastifyApplication;
beforeAll(async () => {
  app = await edgeApp([Orders]);
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());
beforeEach(() => exporter.reset());

describe('a request without tracing', () => {
  it('has no span, and the trace that it names', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await app.inject({ url: '/v1/orders/1', headers: { traceparent } });
    expect(answer.headers['x-request-id']).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(spans()).toEqual([]);
  });
});

describe('a request that is traced', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  });
  afterAll(() => {
    trace.disable();
    context.disable();
  });

  it('has one span, of its route, under the one that the caller names, which is open in the handler', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const payload = await ask('/v1/orders/4711?x=secret', { traceparent });
    await until(() => spans().length > 0);
    const [span] = spans();
    expect(spans()).toHaveLength(1);
    expect(span).toMatchObject({
      name: 'GET /v1/orders/:id',
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': 'GET', 'http.route': '/v1/orders/:id', 'http.response.status_code': 200 },
      status: { code: SpanStatusCode.UNSET },
    });
    expect(span?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(span?.spanContext()).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: payload });
    expect(JSON.stringify(span?.attributes)).not.toMatch(/4711|secret/);
  });

  it('that fails says so without the text of the error; one that nobody takes is no error', async () => {
    await ask('/v1/orders/broken');
    await ask('/v1/nothing/4711');
    await until(() => spans().length === 2);
    const [broken, unmatched] = spans();
    expect(broken).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': '500' } });
    expect([broken?.events, broken?.status.message]).toEqual([[], undefined]);
    expect(unmatched).toMatchObject({ name: 'GET unmatched', status: { code: SpanStatusCode.UNSET } });
  });

  it('whose client leaves has a span that ends then', async () => {
    const leave = new AbortController();
    const left = fetch(new URL('/v1/orders/slow', await app.getUrl()), { signal: leave.signal }).catch(() => 'left');
    await begun.promise;
    leave.abort();
    expect(await left).toBe('left');
    await until(() => spans().length > 0);
    hanging.resolve('late');
    expect(spans()[0]).toMatchObject({ attributes: { 'error.type': 'client-left' } });
  });
});
