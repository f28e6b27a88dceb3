import type { ModelMessage, ToolResult } from '../model/model-message.js';
import type { ModelRequest } from '../model/model.js';

/** What stands for an answer without content, which not every server takes back. */
const NOTHING_SAID = '(no answer)';

type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string | null; readonly tool_calls?: readonly ChatCall[] };

interface ChatCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** How a server calls the bound of an answer: newer models of OpenAI know the longer name alone, others the shorter. */
export type OutputBound = 'max_tokens' | 'max_completion_tokens';

/** A request as chat completions have it; streamed, with what was used at the end of the stream. */
export function chatRequest(request: ModelRequest, bound: OutputBound): Readonly<Record<string, unknown>> {
  const { model, instructions, messages, tools, maxOutputTokens, temperature } = request;
  return {
    model,
    messages: [
      ...(instructions.trim() === '' ? [] : [{ role: 'system', content: instructions }]),
      ...messages.flatMap(messagesOf),
    ],
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, inputSchema: parameters }) => ({
            type: 'function',
            function: { name, description, parameters },
          })),
        }),
    [bound]: maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
    stream: true,
    stream_options: { include_usage: true },
  };
}

/** Results are messages of a role of their own here, so one message of the port may be several. */
function messagesOf(message: ModelMessage): ChatMessage[] {
  if (message.role === 'assistant') return [assistantOf(message)];
  const results = message.content.filter((block) => block.type === 'tool-result');
  const texts = message.content.filter((block) => block.type === 'text').map(({ text }) => text);
  return [
    ...results.map((result): ChatMessage => ({ role: 'tool', tool_call_id: result.id, content: contentOf(result) })),
    ...(texts.length === 0 ? [] : [{ role: 'user' as const, content: texts.join('\n\n') }]),
  ];
}

function assistantOf({ content }: Extract<ModelMessage, { role: 'assistant' }>): ChatMessage {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n');
  const calls = content.filter((block) => block.type === 'tool-use');
  if (calls.length === 0) return { role: 'assistant', content: text === '' ? NOTHING_SAID : text };
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    tool_calls: calls.map(({ id, name, input }) => ({
      id,
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    })),
  };
}

/** The protocol has no mark for a call that failed. That it is data, the envelope says once more. */
function contentOf({ content, failed }: ToolResult): string {
  return JSON.stringify({ failed, result: jsonOrText(content) });
}

function jsonOrText(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
