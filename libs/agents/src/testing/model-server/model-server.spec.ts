import { Anthropic } from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { openModelServer, type ModelServer } from './model-server.js';

const call = [{ tool: 'orders_get-order', input: { id: '1' } }];
const script = [
  {
    think: 'Which order?',
    say: 'I look.',
    call,
    usage: { inputTokens: 90, cacheReadTokens: 60, cacheWriteTokens: 20 },
  },
  { say: 'It is on its way.' },
];
const tools = [{ name: 'orders_get-order', description: 'Gets an order.', input_schema: { type: 'object' as const } }];
const hello = { role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] };
const asked = { model: 'claude-small', max_tokens: 500, messages: [hello], tools };

let server: ModelServer;
let client: Anthropic;
beforeEach(async () => {
  server = await openModelServer({ script });
  client = new Anthropic({ apiKey: server.key, baseURL: server.url, maxRetries: 0, logLevel: 'off' });
});
afterEach(() => server.close());

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'anthropic-version': '2026-10-21', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('the scripted server, in the words of Anthropic', () => {
  it('says the same streamed and whole, as their own client reads it', async () => {
    const whole = await client.messages.create(asked);
    const streamed = await client.messages.stream(asked).finalMessage();
    expect(streamed).toMatchObject({ ...whole });
    expect(whole).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'Which order?' },
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', name: 'orders_get-order', input: { id: '1' } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 10, cache_read_input_tokens: 60, cache_creation_input_tokens: 20 },
    });
    expect(server.asked).toHaveLength(2);
    expect(server.bodies[0]).toMatchObject(asked);
  });

  it('goes on with a history, and counts it', async () => {
    const { content } = await client.messages.create(asked);
    const results = content.flatMap((block) =>
      block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: '{}' }] : [],
    );
    const messages = [hello, { role: 'assistant' as const, content }, { role: 'user' as const, content: results }];
    const { model } = asked;
    expect(await client.messages.create({ ...asked, messages: toSend(messages) })).toMatchObject({
      content: [{ type: 'text', text: 'It is on its way.' }],
      stop_reason: 'end_turn',
    });
    expect(
      (await client.messages.countTokens({ model, tools, messages: toSend(messages) })).input_tokens,
    ).toBeGreaterThan(20);
  });

  const unlawful: readonly (readonly [string, unknown, number])[] = [
    ['no JSON', '{', 400],
    ['a field that nobody knows', { ...asked, top_p: 1 }, 400],
    ['no bound', { ...asked, max_tokens: undefined }, 400],
    ['an empty message', { ...asked, messages: [{ role: 'user', content: [] }] }, 400],
    ['a role twice', { ...asked, messages: [hello, hello] }, 400],
    ['two tools of one name', { ...asked, tools: [...tools, ...tools] }, 400],
    [
      'a call without its result',
      {
        ...asked,
        messages: [hello, { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'b', input: {} }] }, hello],
      },
      400,
    ],
    [
      'five marks for the cache',
      {
        ...asked,
        system: Array.from({ length: 5 }, () => ({
          type: 'text',
          text: 'Be brief.',
          cache_control: { type: 'ephemeral' },
        })),
      },
      400,
    ],
    ['a thought that nobody signed', { ...asked, messages: thinking('changed') }, 400],
    ['an answer that ends with a thought', { ...asked, messages: thinking() }, 400],
    ['more than it bears', 'x'.repeat(9 * 1024 * 1024), 413],
  ];
  it.each(unlawful)('refuses %s', async (_name, body, status) => {
    const response = await post('/v1/messages', body);
    expect(response.status).toBe(status);
    const type = status === 413 ? 'request_too_large' : 'invalid_request_error';
    expect(await response.json()).toMatchObject({ type: 'error', error: { type } });
  });

  it('refuses another key, an unknown path, and who says no version', async () => {
    expect((await post('/v1/messages', asked, { authorization: 'Bearer other' })).status).toBe(401);
    expect((await post('/v1/complete', asked)).status).toBe(404);
    expect((await post('/v1/messages', asked, { 'anthropic-version': '' })).status).toBe(400);
  });

  it('refuses a history without the thoughts that led to its calls', async () => {
    const { content } = await client.messages.create(asked);
    const spoken = content.filter(({ type }) => type !== 'thinking');
    const results = spoken.flatMap((block) =>
      block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: '{}' }] : [],
    );
    const messages = toSend([hello, { role: 'assistant', content: spoken }, { role: 'user', content: results }]);
    await expect(client.messages.create({ ...asked, messages })).rejects.toMatchObject({ status: 400 });
  });
});

describe('the scripted server, in the words of chat completions', () => {
  const chat = {
    model: 'small',
    max_tokens: 500,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'orders_get-order', description: 'Gets.', parameters: { type: 'object' } },
      },
    ],
  };

  it('answers whole, and streamed', async () => {
    const whole = await post('/v1/chat/completions', chat);
    expect(await whole.json()).toMatchObject({
      choices: [{ message: { content: 'I look.', tool_calls: [{ id: 'call_1_0' }] }, finish_reason: 'tool_calls' }],
      usage: { prompt_tokens: 90, prompt_tokens_details: { cached_tokens: 60 } },
    });
    const stream = { ...chat, stream: true, stream_options: { include_usage: true } };
    const text = await (await post('/v1/chat/completions', stream)).text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(server.asked.map(({ instructions }) => instructions)).toEqual(['Be brief.', 'Be brief.']);
  });

  it.each([
    ['a stream that does not tell the usage', { ...chat, stream: true }],
    ['two bounds', { ...chat, max_completion_tokens: 1 }],
    ['a system message at the end', { ...chat, messages: chat.messages.toReversed() }],
    ['an answer that says nothing', { ...chat, messages: [...chat.messages, { role: 'assistant', content: null }] }],
    ['a result of no call', { ...chat, messages: [{ role: 'tool', tool_call_id: 'a', content: '{}' }] }],
    ['two users in a row', { ...chat, messages: [...chat.messages, { role: 'user', content: 'And?' }] }],
  ])('refuses %s', async (_name, body) => {
    const response = await post('/v1/chat/completions', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });
});

describe('faults of the scripted server', () => {
  it('are those that were said, and then those of the function, which are counted from 1', async () => {
    const numbers: unknown[] = [];
    const faulty = await openModelServer({
      script,
      faults: (nth, what) => {
        numbers.push([nth, what]);
        return nth === 2 ? { kind: 'status', status: 529 } : undefined;
      },
    });
    try {
      const one = new Anthropic({ apiKey: faulty.key, baseURL: faulty.url, maxRetries: 0, logLevel: 'off' });
      faulty.fail({ kind: 'status', status: 429, retryAfter: '3' });
      await expect(one.messages.create(asked)).rejects.toMatchObject({ status: 429, type: 'rate_limit_error' });
      await expect(one.messages.create(asked)).rejects.toMatchObject({ status: 529, type: 'overloaded_error' });
      await one.messages.countTokens({ model: asked.model, messages: asked.messages });
      expect(numbers).toEqual([
        [2, 'ask'],
        [3, 'count'],
      ]);
      expect(faulty.count).toBe(3);
    } finally {
      await faulty.close();
    }
  });
});

function thinking(signature?: string): unknown[] {
  const made = signature ?? 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2';
  const thought = { type: 'thinking', thinking: 'foobar', signature: made };
  const said = signature === undefined ? [] : [{ type: 'text', text: 'Yes.' }];
  return [hello, { role: 'assistant', content: [thought, ...said] }, hello];
}

/** What their client gives out is more than what it takes in. */
function toSend(messages: readonly unknown[]): Anthropic.MessageParam[] {
  const known = z
    .looseObject({ type: z.string() })
    .transform(({ citations: _citations, caller: _caller, ...block }) => block);
  const shape = z.array(z.object({ role: z.enum(['user', 'assistant']), content: z.array(known) }));
  return JSON.parse(JSON.stringify(shape.parse(messages)));
}
