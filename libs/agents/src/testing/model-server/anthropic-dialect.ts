import { z } from 'zod';
import type { ModelBlock, ModelStop, ModelUsage } from '../../model/model-message.js';
import type { ModelAnswer } from '../../model/model.js';
import { anthropicRequest, signatureOf, thoughtfulId } from './anthropic-body.js';
import { halves, WireError, type Dialect, type ServedRequest, type WriteInput } from './dialect.js';

const STOPS: Readonly<Record<ModelStop, string>> = {
  done: 'end_turn',
  tools: 'tool_use',
  length: 'max_tokens',
  refused: 'refusal',
  paused: 'pause_turn',
};
const WORDS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};
const VERSION = /^\d{4}-\d\d-\d\d$/;

const thought = z.object({ thinking: z.string() });

type Block = Readonly<Record<string, unknown>>;

/** `POST /v1/messages` and `POST /v1/messages/count_tokens`. */
export const anthropicDialect: Dialect = {
  read(path, headers, body) {
    if (path !== '/v1/messages' && path !== '/v1/messages/count_tokens') return undefined;
    if (!VERSION.test(String(headers['anthropic-version'])))
      throw new WireError(400, 'anthropic-version: is no version');
    return anthropicRequest(path.endsWith('count_tokens'), body);
  },

  events(answer, served, write) {
    const { content: _content, stop_reason: _reason, ...message } = messageOf(answer, served);
    const begun = { ...message, content: [], stop_reason: null };
    return [
      event({ type: 'message_start', message: begun }),
      event({ type: 'ping' }),
      ...answer.content.flatMap((block, index) => eventsOf(block, index, idsOf(answer), write)),
      event({
        type: 'message_delta',
        delta: { stop_reason: STOPS[answer.stop], stop_sequence: null },
        usage: { output_tokens: answer.usage.outputTokens },
      }),
      event({ type: 'message_stop' }),
    ];
  },

  moreText: (more) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: more } }),

  body: messageOf,

  errorEvent: () => event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),

  error: (status, message, requestId) => ({
    type: 'error',
    error: { type: WORDS[status] ?? 'api_error', message },
    request_id: requestId,
  }),
};

function messageOf(answer: ModelAnswer, { request }: ServedRequest): Block {
  return {
    id: `msg_${request.messages.length}`,
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: answer.content.map((block) => blockOf(block, idsOf(answer))),
    stop_reason: STOPS[answer.stop],
    stop_sequence: null,
    usage: usageOf(answer.usage),
  };
}

/** A call that the model came to by thinking says so in its id, so that a history without the thought is found out. */
function idsOf({ content }: ModelAnswer): (id: string) => string {
  const thoughtOf = content.find((block) => block.type === 'opaque');
  return thoughtOf === undefined ? (id) => id : (id) => thoughtfulId(id, thought.parse(thoughtOf.data).thinking);
}

function blockOf(block: ModelBlock, idOf: (id: string) => string): Block {
  if (block.type === 'text') return { type: 'text', text: block.text };
  if (block.type === 'tool-use') return { type: 'tool_use', id: idOf(block.id), name: block.name, input: block.input };
  const { thinking } = thought.parse(block.data);
  return { type: 'thinking', thinking, signature: signatureOf(thinking) };
}

/** A block begins empty, is filled in pieces, and ends. */
function eventsOf(block: ModelBlock, index: number, idOf: (id: string) => string, write: WriteInput): string[] {
  const whole = blockOf(block, idOf);
  const begin = (content_block: Block): string => event({ type: 'content_block_start', index, content_block });
  const piece = (delta: Block): string => event({ type: 'content_block_delta', index, delta });
  const end = event({ type: 'content_block_stop', index });
  if (block.type === 'text')
    return [
      begin({ ...whole, text: '' }),
      ...halves(block.text).map((text) => piece({ type: 'text_delta', text })),
      end,
    ];
  if (block.type === 'tool-use')
    return [
      begin({ ...whole, input: {} }),
      ...['', ...halves(write(block.input))].map((json) => piece({ type: 'input_json_delta', partial_json: json })),
      end,
    ];
  const { thinking } = thought.parse(block.data);
  return [
    begin({ ...whole, thinking: '', signature: '' }),
    ...halves(thinking).map((more) => piece({ type: 'thinking_delta', thinking: more })),
    piece({ type: 'signature_delta', signature: signatureOf(thinking) }),
    end,
  ];
}

const usageOf = (usage: ModelUsage): Block => ({
  input_tokens: usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens,
  output_tokens: usage.outputTokens,
  cache_read_input_tokens: usage.cacheReadTokens,
  cache_creation_input_tokens: usage.cacheWriteTokens,
});

const event = (data: { readonly type: string } & Block): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
