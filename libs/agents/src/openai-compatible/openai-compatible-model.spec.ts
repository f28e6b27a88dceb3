import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ModelRejectedError, type ModelRequest } from '../model/model.js';
import { openModelServer, type ModelServer } from '../testing/index.js';
import { openAiCompatibleModel } from './index.js';

const request: ModelRequest = {
  model: 'small',
  instructions: 'Be brief.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Where is my order?' }] }],
  tools: [],
  maxOutputTokens: 100,
};
const { signal } = new AbortController();

let server: ModelServer;
beforeEach(async () => {
  server = await openModelServer({ script: () => ({ say: 'Yes.' }) });
});
afterEach(() => server.close());

describe('a model of chat completions', () => {
  it('bounds its answers by the name that the server knows', async () => {
    const { chatUrl: baseUrl, key: apiKey } = server;
    await openAiCompatibleModel({ baseUrl, apiKey }).ask(request, signal);
    await openAiCompatibleModel({ baseUrl: `${baseUrl}/`, apiKey, outputBound: 'max_completion_tokens' }).ask(
      request,
      signal,
    );
    const bound = z.object({ max_tokens: z.int().optional(), max_completion_tokens: z.int().optional() });
    expect(server.bodies.map((body) => bound.parse(body))).toEqual([
      { max_tokens: 100 },
      { max_completion_tokens: 100 },
    ]);
  });

  it('counts bytes, or as it is told to', async () => {
    const { chatUrl: baseUrl } = server;
    expect(await openAiCompatibleModel({ baseUrl }).inputTokensAtMost(request, signal)).toBeGreaterThan(1_000);
    const counting = openAiCompatibleModel({ baseUrl, tokensAtMost: (body) => body.length / 2 });
    expect(await counting.inputTokensAtMost(request, signal)).toBeLessThan(200);
    expect(server.count).toBe(0);
  });

  it('sends no key where it has none', async () => {
    await expect(openAiCompatibleModel({ baseUrl: server.chatUrl }).ask(request, signal)).rejects.toThrow(
      new ModelRejectedError('the model openai-compatible answered 401 invalid_request_error (request req_1)'),
    );
  });
});
