import { inSpan } from '@isolith/message-bus';
import { context, type Span, SpanKind, trace } from '@opentelemetry/api';
import type { ModelAnswer, ModelRequest } from './model.js';

/** Who makes an attempt. */
export interface Asked {
  readonly name: string;
  /** As OpenTelemetry's conventions call them: `anthropic`, `openai`. */
  readonly provider: string;
}

const tracer = trace.getTracer('@isolith/agents');

/**
 * A span around one attempt, as OpenTelemetry's conventions for generative models name things
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai). Nothing of what was said is in it, and no text of an error.
 */
export function inAsk(
  { name, provider }: Asked,
  request: ModelRequest,
  work: () => Promise<ModelAnswer>,
): Promise<ModelAnswer> {
  const parent = context.active();
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': request.model,
    'gen_ai.request.max_tokens': request.maxOutputTokens,
    ...(request.temperature === undefined ? {} : { 'gen_ai.request.temperature': request.temperature }),
    'isolith.model.adapter': name,
  };
  const span = tracer.startSpan(`chat ${request.model}`, { kind: SpanKind.CLIENT, attributes }, parent);
  return inSpan(span, parent, async () => {
    const answer = await work();
    if (span.isRecording()) describe(span, answer);
    return answer;
  });
}

function describe(span: Span, { stop, usage, requestId }: ModelAnswer): void {
  span.setAttributes({
    'gen_ai.response.finish_reasons': [stop],
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cacheReadTokens,
    'gen_ai.usage.cache_creation.input_tokens': usage.cacheWriteTokens,
    ...(requestId === undefined ? {} : { 'isolith.model.request_id': requestId }),
  });
}
