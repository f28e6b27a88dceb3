import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { noFallback } from './fallback.js';
import { resilience } from './resilience.js';

const exporter = new InMemorySpanExporter();
afterEach(() => exporter.reset());
const money = noFallback('money has no substitute');

class Declined extends Error {
  override readonly name = 'Declined';
}
const secret = (): Error => new Error('a secret of ada@shop.example');
const failing = async (): Promise<never> => {
  throw secret();
};
const settled = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined);

/** What the one span says of a run. */
function seen(): Record<string, unknown> {
  const [span, ...more] = exporter.getFinishedSpans();
  if (span === undefined || more.length > 0) throw new Error(`${more.length + 1} spans`);
  expect(JSON.stringify([span.attributes, span.events, span.status])).not.toContain('ada@');
  expect(span).toMatchObject({ kind: SpanKind.CLIENT, name: `call ${String(span.attributes['isolith.policy.name'])}` });
  const of = (name: string): unknown => span.attributes[`isolith.policy.${name}`];
  return {
    attempts: of('attempts'),
    retried: of('retried'),
    hedged: of('hedged'),
    fallback: of('fallback'),
    refusedBy: of('refused_by'),
    error: span.attributes['error.type'],
    status: SpanStatusCode[span.status.code],
  };
}
const plain = {
  retried: false,
  hedged: false,
  fallback: false,
  refusedBy: undefined,
  error: undefined,
  status: 'UNSET',
};

it('a call that nobody traces has no span', async () => {
  expect(await resilience('pay', {}).run(async () => trace.getActiveSpan())).toBeUndefined();
  expect(exporter.getFinishedSpans()).toEqual([]);
});

describe('a call that is traced', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  });
  afterAll(() => {
    trace.disable();
    context.disable();
  });

  it('has one span, under whatever called, which is open in the call', async () => {
    await trace.getTracer('shop').startActiveSpan('process payments.charge', async (outer) => {
      const inner = await resilience('pay', {}).run(async () => trace.getActiveSpan()?.spanContext().spanId);
      const [span] = exporter.getFinishedSpans();
      expect(span?.spanContext().spanId).toBe(inner);
      expect(span?.parentSpanContext).toEqual(outer.spanContext());
      expect(seen()).toEqual({ ...plain, attempts: 1 });
      outer.end();
    });
  });

  it('says how often it was tried', async () => {
    let left = 2;
    const pay = resilience('pay', { retry: { attempts: 3, initialDelayMs: 1, maxDelayMs: 1 } });
    await pay.run(async () => ((left -= 1) < 0 ? 'paid' : failing()));
    expect(seen()).toEqual({ ...plain, attempts: 3, retried: true });
  });

  it('says that a second attempt was made beside the first', async () => {
    const never = (signal: AbortSignal): Promise<string> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    let calls = 0;
    const look = resilience('look', { hedge: { afterMs: 1 } });
    await look.run(async (signal) => ((calls += 1) === 1 ? never(signal) : 'seen'));
    expect(seen()).toEqual({ ...plain, attempts: 2, hedged: true });
  });

  it('says that it failed, by the name of the error alone', async () => {
    await settled(resilience('pay', {}).run(failing));
    expect(seen()).toEqual({ ...plain, attempts: 1, error: 'Error', status: 'ERROR' });
  });

  it('says that the circuit refused it', async () => {
    const pay = resilience('pay', { breaker: { failureThreshold: 1 }, fallback: money });
    pay.open('ann');
    await settled(pay.run(failing));
    expect(seen()).toEqual({
      ...plain,
      attempts: 0,
      refusedBy: 'circuit',
      error: 'CircuitOpenError',
      status: 'ERROR',
    });
  });

  it('says that the bulkhead refused it, and that the fallback answered', async () => {
    const look = resilience('look', { bulkhead: { concurrency: 1, queue: 0 } });
    const [begun, ends] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = look.run(async () => {
      begun.resolve();
      await ends.promise;
    });
    await begun.promise;
    expect(await look.run(failing, { fallback: () => 'of yesterday' })).toBe('of yesterday');
    expect(seen()).toEqual({ ...plain, attempts: 0, refusedBy: 'bulkhead', fallback: true });
    ends.resolve();
    await first;
  });

  it('takes what is an answer, and a caller that leaves, for no error', async () => {
    const pay = resilience('pay', { isAnswer: (error) => error instanceof Declined });
    await settled(pay.run(() => Promise.reject(new Declined('no'))));
    expect(seen()).toMatchObject({ error: 'Declined', status: 'UNSET' });
    exporter.reset();
    const leaving = AbortSignal.abort(new DOMException('has left', 'AbortError'));
    await settled(pay.run(failing, { signal: leaving }));
    expect(seen()).toMatchObject({ error: 'AbortError', status: 'UNSET' });
  });

  it('names what is thrown whatever it is', async () => {
    const odd = new Proxy(new Error('x'), {
      get: () => {
        throw secret();
      },
    });
    await settled(resilience('pay', {}).run(() => Promise.reject(odd)));
    expect(seen()).toMatchObject({ error: 'unreadable', status: 'ERROR' });
  });
});
