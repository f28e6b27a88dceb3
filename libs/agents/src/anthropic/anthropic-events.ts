import { z } from 'zod';

const index = z.int().min(0).max(10_000);
const tokens = z.int().min(0);

const usage = z.object({
  input_tokens: tokens,
  output_tokens: tokens,
  cache_read_input_tokens: tokens.nullish(),
  cache_creation_input_tokens: tokens.nullish(),
});
/** The last word on it comes with the end, and repeats only what has changed. */
const usageAtEnd = z.object({
  input_tokens: tokens.nullish(),
  output_tokens: tokens,
  cache_read_input_tokens: tokens.nullish(),
  cache_creation_input_tokens: tokens.nullish(),
});

const block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()) }),
]);

const delta = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text_delta'), text: z.string() }),
  z.object({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.object({ type: z.literal('signature_delta'), signature: z.string() }),
  z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
]);

/** Why the model stopped, in the provider's words. */
export const stopReason = z.enum([
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
]);

/**
 * Events of a streamed answer, as far as this adapter asks for any: it offers no tool of the provider's own, so a block
 * of another kind is none that it could have asked for.
 */
export const anthropicEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object({ usage }) }),
  z.object({ type: z.literal('content_block_start'), index, content_block: block }),
  z.object({ type: z.literal('content_block_delta'), index, delta }),
  z.object({ type: z.literal('content_block_stop'), index }),
  z.object({ type: z.literal('message_delta'), delta: z.object({ stop_reason: stopReason }), usage: usageAtEnd }),
  z.object({ type: z.literal('message_stop') }),
]);
export type AnthropicEvent = z.output<typeof anthropicEvent>;
export type AnthropicBlock = z.output<typeof block>;
export type AnthropicDelta = z.output<typeof delta>;
export type AnthropicUsage = z.output<typeof usage>;
export type StopReason = z.output<typeof stopReason>;
