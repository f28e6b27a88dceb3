import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { z } from 'zod';
import { startTracing, type Tracing } from './index.js';
import { tracingSettings } from './tracing-settings.js';

const received = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.object({ key: z.string(), value: z.unknown() })) }),
      scopeSpans: z.array(z.object({ spans: z.array(z.object({ name: z.string() })) })),
    }),
  ),
});
type Received = z.output<typeof received>;

const bodies: Received[] = [];
let status = 200;
const store = createServer((request, response) => {
  const parts: Buffer[] = [];
  request
    .on('data', (part: Buffer) => void parts.push(part))
    .once('end', () => {
      bodies.push(received.parse(JSON.parse(Buffer.concat(parts).toString())));
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
});
let tracing: Tracing | undefined;
const warned: string[] = [];

async function start(variables: Readonly<Record<string, string>> = {}, slowMs?: number): Promise<void> {
  store.listen(0, '127.0.0.1');
  await once(store, 'listening');
  const address = store.address();
  if (address === null || typeof address === 'string') throw new Error('the store listens on no port');
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${address.port}`;
  const { settings } = tracingSettings({ ...process.env, ...variables });
  if (settings === undefined) throw new Error('nothing is to be traced');
  const warn = (line: string): void => void warned.push(line);
  tracing = startTracing({ settings, service: 'shop', attributes: { 'isolith.contexts': ['orders'] }, slowMs, warn });
}

beforeEach(() => {
  status = 200;
  bodies.splice(0);
  warned.splice(0);
});
afterEach(async () => {
  await tracing?.shutdown(5_000);
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  store.closeAllConnections();
  store.close();
  await once(store, 'close');
});

const spanNames = (): readonly string[] =>
  bodies.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name))),
  );

it('exports what is left when it is shut down, named as the service', async () => {
  await start();
  trace.getTracer('spec').startSpan('a').end();
  await tracing?.shutdown(5_000);
  expect(spanNames()).toEqual(['a']);
  expect(bodies[0]?.resourceSpans[0]?.resource.attributes).toEqual(
    expect.arrayContaining([
      { key: 'service.name', value: { stringValue: 'shop' } },
      { key: 'isolith.contexts', value: { arrayValue: { values: [{ stringValue: 'orders' }] } } },
    ]),
  );
  expect(trace.getTracer('spec').startSpan('b').isRecording()).toBe(false);
});

it('exports of what is not sampled what failed or was slow', async () => {
  await start({ OTEL_TRACES_SAMPLER: 'always_off' }, 1_000);
  trace.getTracer('spec').startSpan('well').end();
  trace.getTracer('spec').startSpan('failed').setStatus({ code: SpanStatusCode.ERROR }).end();
  await tracing?.shutdown(5_000);
  expect(spanNames()).toEqual(['failed']);
});

it('a store that refuses is told of once, fails nothing and holds up no stop', async () => {
  await start({ OTEL_BSP_SCHEDULE_DELAY: '1' });
  status = 400;
  for (const batches of [1, 2, 3]) {
    trace.getTracer('spec').startSpan('a').end();
    while (bodies.length < batches) await new Promise((resolve) => setImmediate(resolve));
  }
  await tracing?.shutdown(5_000);
  expect(warned).toEqual([expect.stringMatching(/400|Bad Request/i)]);
});
