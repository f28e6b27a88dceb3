import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { anyone, command, event, failure, query } from '@isolith/contracts';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { z } from 'zod';
import { currentTraceparent, MessageRouter, runAs } from '../index.js';

class Refused extends failure('shop.refused', { status: 409, detail: 'ada@shop.example said no' }) {}
class Unavailable extends failure('shop.unavailable', { status: 503, detail: 'not now', retryable: true }) {}
class Buy extends command('shop.buy', {
  input: z.object({ how: z.string() }),
  failures: [Refused, Unavailable],
  access: [anyone()],
}) {}
class Look extends query('stock.look', {
  input: z.object({}),
  output: z.object({ seen: z.string() }),
  access: [anyone()],
}) {}
class Bought extends event('shop.bought', { input: z.object({ id: z.string() }), key: 'id' }) {}

const exporter = new InMemorySpanExporter();
afterEach(() => exporter.reset());

async function shop(): Promise<MessageRouter> {
  const router = new MessageRouter({ placement: { here: ['shop', 'stock', 'mail'] }, onError: () => undefined });
  router.handle({
    message: Buy,
    by: 'Buy',
    invoke: async (buy) => {
      const { how } = z.object({ how: z.string() }).parse(buy);
      if (how === 'refused') throw new Refused({});
      if (how === 'unavailable') throw new Unavailable({});
      if (how === 'broken') throw new TypeError('a secret of ada@shop.example');
      await router.send(new Look({}));
      return undefined;
    },
  });
  router.handle({ message: Look, by: 'Look', invoke: async () => ({ seen: currentTraceparent() ?? 'nothing' }) });
  router.subscribe({ context: 'mail', subscription: 'bought', from: 'beginning', events: [Bought.contract] }, [
    { event: Bought, by: 'mail', invoke: async () => undefined },
  ]);
  await router.listenHere();
  return router;
}

/** An event as a journal has it. */
const recorded = {
  specversion: '1.0' as const,
  id: 'e-1',
  source: '/shop',
  type: 'shop.bought',
  time: new Date(0).toISOString(),
  kind: 'event' as const,
  schemaversion: 1,
  correlationid: 'c-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: { id: '1' },
};

/** The spans as a tree: each with its name, kind and children. */
function tree(parent?: string): readonly unknown[] {
  const spans = exporter.getFinishedSpans();
  const under = ({ parentSpanContext }: ReadableSpan): boolean =>
    parent === undefined
      ? !spans.some((other) => other.spanContext().spanId === parentSpanContext?.spanId)
      : parentSpanContext?.spanId === parent;
  return spans.filter(under).map((span) => [span.name, SpanKind[span.kind], ...tree(span.spanContext().spanId)]);
}

describe('messages without tracing', () => {
  it('name what came along with their cause, and make no span', async () => {
    expect(await runAs('shop', async () => (await shop()).send(new Look({})))).toEqual({ seen: 'nothing' });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});

describe('messages that are traced', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  });
  afterAll(() => {
    trace.disable();
    context.disable();
  });

  it('are one tree: who sends, who handles, and what that sends', async () => {
    await runAs('mail', async () => (await shop()).send(new Buy({ how: 'well' })));
    expect(tree()).toEqual([
      [
        'send shop.buy',
        'PRODUCER',
        ['process shop.buy', 'CONSUMER', ['send stock.look', 'PRODUCER', ['process stock.look', 'CONSUMER']]],
      ],
    ]);
    const [inner] = exporter.getFinishedSpans();
    expect(inner?.attributes).toMatchObject({
      'messaging.system': 'isolith',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'stock.queries',
      'messaging.message.id': expect.any(String),
      'messaging.message.conversation_id': expect.any(String),
    });
  });

  it.each([
    ['refused', 'shop.refused', SpanStatusCode.UNSET],
    ['unavailable', 'shop.unavailable', SpanStatusCode.ERROR],
    ['broken', 'handler-error', SpanStatusCode.ERROR],
  ])('say that %s, and whether it is an error, without its text', async (how, type, code) => {
    await expect(runAs('mail', async () => (await shop()).send(new Buy({ how })))).rejects.toThrow();
    for (const span of exporter.getFinishedSpans()) {
      expect(span).toMatchObject({ attributes: { 'error.type': type }, status: { code } });
      expect(JSON.stringify([span.attributes, span.events, span.status])).not.toMatch(/ada@|not now|secret/);
    }
    expect(exporter.getFinishedSpans()).toHaveLength(2);
  });

  it('that are published come from what recorded them, whoever has woken the relay', async () => {
    const router = await shop();
    await trace.getTracer('shop').startActiveSpan('POST /something-else', async (other) => {
      await router.deliver(
        recorded,
        { lane: 'subscription', context: 'mail', subscription: 'bought' },
        AbortSignal.timeout(10_000),
      );
      other.end();
      const [published] = exporter.getFinishedSpans().filter(({ name }) => name === 'publish shop.bought');
      expect(published?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    });
  });

  it('that are handled again for somebody else stay where they come from, and link to who had them handled', async () => {
    const router = await shop();
    router.subscribe({ context: 'mail', subscription: 'bought', from: 'beginning', events: [Bought.contract] }, [
      { event: Bought, by: 'mail', invoke: async () => undefined },
    ]);
    await trace.getTracer('operator').startActiveSpan('POST /actuator/parked', async (operator) => {
      await router.redeliver(recorded, { lane: 'subscription', context: 'mail', subscription: 'bought' }, (handle) =>
        handle(),
      );
      operator.end();
      const [replayed] = exporter.getFinishedSpans();
      expect(replayed).toMatchObject({ name: 'process shop.bought', links: [{ context: operator.spanContext() }] });
      expect(replayed?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    });
  });
});
