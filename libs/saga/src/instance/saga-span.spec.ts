import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { runAs } from '@isolith/message-bus';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { SagaEngine } from '../engine/saga-engine.js';
import { withWorld } from '../spec-support/with-world.js';
import { workSaga } from '../spec-support/work-saga.js';
import type { Workshop } from '../spec-support/workshop.js';
import type { World } from '../spec-support/world.js';

const NAME = 'orders.traced';
const traced = workSaga(NAME, ['a', 'b']);
const BROWSER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let world: World;
let workshop: Workshop;
withWorld((...given) => ([world, workshop] = given));

const exporter = new InMemorySpanExporter();
afterEach(() => exporter.reset());

const engineOf = (): SagaEngine =>
  world.engine([traced], workshop.execute, { compensationAttempts: 1, leaseMs: 60_000, random: () => 0 });

/** Begins a saga in what a browser has asked for, and waits for its end. */
async function runHere(id: string): Promise<string> {
  const engine = engineOf();
  await engine.start();
  const begin = (): Promise<void> => world.sagas(engine).begin(traced, id, { saga: id, tokens: [] });
  await runAs('orders', () => world.context.unit.run(begin), { traceparent: BROWSER });
  const end = await world.ended(id);
  await engine.drain(AbortSignal.timeout(1_000));
  return end;
}

const moves = (): readonly ReadableSpan[] => exporter.getFinishedSpans().filter(({ name }) => name.startsWith('saga '));
const parentOf = ({ parentSpanContext }: ReadableSpan): string | undefined =>
  exporter.getFinishedSpans().find((span) => span.spanContext().spanId === parentSpanContext?.spanId)?.name;
/** What each move was, and how it ended. */
const shape = (): readonly unknown[] =>
  moves().map(({ name, attributes, status }) => [
    name.replace(`saga ${NAME} `, ''),
    attributes['isolith.saga.attempt'],
    attributes['isolith.saga.outcome'],
    ...(attributes['error.type'] === undefined ? [] : [attributes['error.type'], SpanStatusCode[status.code]]),
  ]);

describe('a saga without tracing', () => {
  it('has its commands go on with what began it', async () => {
    expect(await runHere('not traced')).toBe('completed');
    expect(workshop.received.map(({ envelope }) => envelope.traceparent)).toEqual([BROWSER, BROWSER]);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});

describe('a saga that is traced', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  });
  afterAll(() => {
    trace.disable();
    context.disable();
  });

  it('has a span for each move, under what began it; what it sends is under the move', async () => {
    expect(await runHere('well')).toBe('completed');
    expect(shape()).toEqual([
      ['a', 1, 'done'],
      ['b', 1, 'done'],
    ]);
    for (const { parentSpanContext, kind, attributes } of moves()) {
      expect(parentSpanContext).toMatchObject({
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
      });
      expect(kind).toBe(SpanKind.INTERNAL);
      expect(attributes).toMatchObject({ 'isolith.saga.name': NAME, 'isolith.saga.id': 'well' });
    }
    const sent = exporter.getFinishedSpans().filter(({ name }) => name === 'send work.do');
    expect(sent.map(parentOf)).toEqual([`saga ${NAME} a`, `saga ${NAME} b`]);
  });

  it('goes on in the same trace on another host, after the one that began it has died', async () => {
    const dead = engineOf();
    await trace.getTracer('shop').startActiveSpan('POST /orders', async (request) => {
      await world.begin(dead, traced, 'taken over');
      request.end();
    });
    world.forget(dead);
    await world.set('taken over', `leased_until = now() - interval '1 ms'`);
    const heir = engineOf();
    await heir.start();
    expect(await world.ended('taken over')).toBe('completed');
    await heir.drain(AbortSignal.timeout(1_000));
    expect(moves().map(parentOf)).toEqual(['POST /orders', 'POST /orders']);
  });

  it('says that it tries again, turns back and undoes, and why', async () => {
    const faults: Record<string, ('pass' | 'refuse')[]> = { 'do b': ['pass', 'refuse'] };
    workshop.script = ({ what }) => faults[what]?.shift() ?? 'none';
    expect(await runHere('refused')).toBe('compensated');
    expect(shape()).toEqual([
      ['a', 1, 'done'],
      ['b', 1, 'again', 'passing', 'UNSET'],
      ['b', 2, 'turned-back', 'refused', 'UNSET'],
      ['a.compensate', 1, 'done'],
      ['failed', 1, 'done'],
    ]);
  });

  it('that needs attention is an error; what an operator does then is in its trace, and links to the operator', async () => {
    workshop.script = ({ what }) => (what === 'do b' ? 'error' : 'none');
    expect(await runHere('stuck')).toBe('needs-attention');
    expect(shape().at(-1)).toEqual(['b', 1, 'needs-attention', 'handler-error', 'ERROR']);
    const operations = world.operations(engineOf());
    await trace.getTracer('operator').startActiveSpan('POST /actuator/sagas', async (operator) => {
      await operations.takeOver(NAME, 'stuck', { operator: 'ann', reason: 'ada@shop.example has called' });
      operator.end();
      const [act] = moves().slice(-1);
      expect(act).toMatchObject({
        name: `saga ${NAME} operator: take over`,
        parentSpanContext: { spanId: 'b7ad6b7169203331' },
        links: [{ context: operator.spanContext() }],
      });
      expect(JSON.stringify([act?.attributes, act?.events])).not.toContain('ada@');
    });
  });

  it('of a release that kept no trace makes one for each move', async () => {
    const dead = engineOf();
    await world.begin(dead, traced, 'old');
    world.forget(dead);
    await world.set('old', `traceparent = NULL, leased_until = now() - interval '1 ms'`);
    const heir = engineOf();
    await heir.start();
    expect(await world.ended('old')).toBe('completed');
    await heir.drain(AbortSignal.timeout(1_000));
    expect(moves().map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined, undefined]);
  });
});
