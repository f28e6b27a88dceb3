import type { ModelStop } from '../../model/model-message.js';
import type { ModelAnswer } from '../../model/model.js';
import { chatServed } from './chat-body.js';
import { halves, type Dialect, type ServedRequest, type WriteInput } from './dialect.js';

const STOPS: Readonly<Record<ModelStop, string>> = {
  done: 'stop',
  tools: 'tool_calls',
  length: 'length',
  refused: 'content_filter',
  paused: 'stop',
};

/** `POST /v1/chat/completions`. What a model thinks is not part of it. */
export const chatDialect: Dialect = {
  read: (path, _headers, body) => (path === '/v1/chat/completions' ? chatServed(body) : undefined),

  events(answer, served, write) {
    const piece = (choice: object): string => event({ ...frameOf(served), choices: [{ index: 0, ...choice }] });
    const said = textOf(answer);
    return [
      piece({ delta: { role: 'assistant', content: '' }, finish_reason: null }),
      ...halves(said).map((content) => piece({ delta: { content }, finish_reason: null })),
      ...callsOf(answer, write).flatMap(({ id, name, json }, index) => [
        piece({
          delta: { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
          finish_reason: null,
        }),
        ...halves(json).map((more) =>
          piece({ delta: { tool_calls: [{ index, function: { arguments: more } }] }, finish_reason: null }),
        ),
      ]),
      piece({ delta: {}, finish_reason: STOPS[answer.stop] }),
      event({ ...frameOf(served), choices: [], usage: usageOf(answer) }),
      'data: [DONE]\n\n',
    ];
  },

  moreText: (content) => event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),

  body(answer, served) {
    const calls = callsOf(answer, (input) => JSON.stringify(input));
    const tool_calls = calls.map(({ id, name, json }) => ({
      id,
      type: 'function',
      function: { name, arguments: json },
    }));
    const message = { role: 'assistant', content: textOf(answer), ...(calls.length === 0 ? {} : { tool_calls }) };
    const choices = [{ index: 0, message, finish_reason: STOPS[answer.stop] }];
    return { ...frameOf(served), object: 'chat.completion', choices, usage: usageOf(answer) };
  },

  errorEvent: () => event({ error: { type: 'server_error', message: 'Overloaded' } }),

  error: (status, message) => ({
    error: { type: status < 500 ? 'invalid_request_error' : 'server_error', message, code: null },
  }),
};

const frameOf = ({ request }: ServedRequest): object => ({
  id: `chatcmpl-${request.messages.length}`,
  object: 'chat.completion.chunk',
  created: 0,
  model: request.model,
});

const textOf = ({ content }: ModelAnswer): string =>
  content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');

const callsOf = (
  { content }: ModelAnswer,
  write: WriteInput,
): { readonly id: string; readonly name: string; readonly json: string }[] =>
  content.flatMap((block) =>
    block.type === 'tool-use' ? [{ id: block.id, name: block.name, json: write(block.input) }] : [],
  );

const usageOf = ({ usage }: ModelAnswer): object => ({
  prompt_tokens: usage.inputTokens,
  completion_tokens: usage.outputTokens,
  total_tokens: usage.inputTokens + usage.outputTokens,
  prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
});

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
