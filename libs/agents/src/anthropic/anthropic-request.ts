import type { Anthropic } from '@anthropic-ai/sdk';
import { z } from 'zod';
import type { ModelBlock, ModelMessage } from '../model/model-message.js';
import { ModelRejectedError, type ModelRequest } from '../model/model.js';

/** What stands for an answer without content, which the provider gives and does not take back. */
const NOTHING_SAID = '(no answer)';

const CACHED = { cache_control: { type: 'ephemeral' } } as const;

/** The thoughts of a model, which only it can read: without them it refuses the calls that it came to by them. */
export const thought = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().min(1) }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string().min(1) }),
]);

/** What is counted, and with its bounds asked. */
export type AnthropicBody = Pick<Anthropic.MessageCreateParamsStreaming, 'model' | 'messages' | 'system' | 'tools'>;

/**
 * A request as the provider takes it. Marked to be cached is what the next request begins with as well: tools with
 * instructions, the same for all runs of an agent, and the whole history, which only grows. Three of the four marks
 * that a request may have.
 *
 * @throws ModelRejectedError where a thought of the history is none
 */
export function bodyOf(adapter: string, { model, instructions, messages, tools }: ModelRequest): AnthropicBody {
  return {
    model,
    messages: messages.map((message, index) => messageOf(adapter, message, index === messages.length - 1)),
    ...(instructions.trim() === '' ? {} : { system: [{ type: 'text', text: instructions, ...CACHED }] }),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, inputSchema }, index) => ({
            name,
            description,
            input_schema: { ...inputSchema, type: 'object' },
            ...(index === tools.length - 1 ? CACHED : {}),
          })),
        }),
  };
}

function messageOf(adapter: string, message: ModelMessage, isLast: boolean): Anthropic.MessageParam {
  if (message.role === 'assistant') return { role: 'assistant', content: assistantOf(adapter, message.content) };
  const content = message.content.map((block, index): Anthropic.TextBlockParam | Anthropic.ToolResultBlockParam => {
    const mark = isLast && index === message.content.length - 1 ? CACHED : {};
    if (block.type === 'text') return { type: 'text', text: block.text, ...mark };
    // A block of its own kind is how this provider's models tell data from what they are told.
    const result = { tool_use_id: block.id, content: block.content, is_error: block.failed };
    return { type: 'tool_result', ...result, ...mark };
  });
  return { role: 'user', content };
}

function assistantOf(adapter: string, blocks: readonly ModelBlock[]): Anthropic.ContentBlockParam[] {
  const content = blocks.flatMap((block): Anthropic.ContentBlockParam[] => {
    if (block.type === 'text') return [{ type: 'text', text: block.text }];
    if (block.type === 'tool-use') return [{ type: 'tool_use', id: block.id, name: block.name, input: block.input }];
    return block.adapter === adapter ? [thoughtOf(block.data)] : [];
  });
  // An answer may not end with a thought either.
  const isEnded = content.some(({ type }) => type === 'text' || type === 'tool_use');
  return isEnded ? content : [...content, { type: 'text', text: NOTHING_SAID }];
}

function thoughtOf(data: unknown): z.output<typeof thought> {
  const parsed = thought.safeParse(data);
  if (!parsed.success) throw new ModelRejectedError('the history has a thought of this model that is none');
  return parsed.data;
}
