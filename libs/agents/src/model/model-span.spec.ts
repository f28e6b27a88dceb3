import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { anthropicModel } from '../anthropic/index.js';
import { openModelServer } from '../testing/index.js';
import { ModelUnavailableError, type ModelRequest } from './model.js';
import { scriptedModel } from './scripted-model.js';

const SAID = 'Hedy-Lamarr-1914';
const request: ModelRequest = {
  model: 'small',
  instructions: SAID,
  messages: [{ role: 'user', content: [{ type: 'text', text: SAID }] }],
  tools: [],
  maxOutputTokens: 100,
  temperature: 0.2,
};
const { signal } = new AbortController();

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
});
afterEach(() => exporter.reset());
afterAll(async () => {
  trace.disable();
  context.disable();
  await provider.shutdown();
});

describe('the span of an ask', () => {
  it('tells what the conventions name, and nothing of what was said', async () => {
    const usage = { inputTokens: 70, outputTokens: 5, cacheReadTokens: 50, cacheWriteTokens: 10 };
    await scriptedModel([{ say: SAID, usage }]).ask(request, signal);
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({ name: 'chat small', kind: SpanKind.CLIENT, status: { code: SpanStatusCode.UNSET } });
    expect(span?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'isolith',
      'gen_ai.request.model': 'small',
      'gen_ai.request.max_tokens': 100,
      'gen_ai.request.temperature': 0.2,
      'gen_ai.response.finish_reasons': ['done'],
      'gen_ai.usage.input_tokens': 70,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cache_read.input_tokens': 50,
      'gen_ai.usage.cache_creation.input_tokens': 10,
      'isolith.model.adapter': 'scripted',
    });
  });

  it('stands alone: the client of a provider makes none of its own', async () => {
    const server = await openModelServer({ script: [{ say: SAID }] });
    try {
      await anthropicModel({ apiKey: server.key, baseUrl: server.url }).ask(request, signal);
    } finally {
      await server.close();
    }
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['chat small']);
  });

  it('tells of an ask that came to nothing what kind of nothing it was', async () => {
    const down = scriptedModel(() => {
      throw new ModelUnavailableError(SAID);
    });
    await expect(down.ask(request, signal)).rejects.toThrow(ModelUnavailableError);
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': 'ModelUnavailableError' },
    });
    expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain(SAID);
  });
});
