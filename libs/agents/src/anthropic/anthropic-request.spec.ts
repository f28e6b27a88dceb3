import { describe, expect, it } from '@jest/globals';
import { ModelRejectedError, type ModelRequest } from '../model/model.js';
import { bodyOf } from './anthropic-request.js';

const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' };
const tool = (name: string) => ({ name, description: 'Does it.', inputSchema: { type: 'object', properties: {} } });
const request: ModelRequest = {
  model: 'claude-small',
  instructions: 'Be brief.',
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
    {
      role: 'assistant',
      content: [
        { type: 'opaque', adapter: 'anthropic', data: thinking },
        { type: 'opaque', adapter: 'another', data: {} },
        { type: 'tool-use', id: 'a', name: 'one', input: { id: '1' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool-result', id: 'a', content: '{}', failed: true },
        { type: 'text', text: 'And?' },
      ],
    },
  ],
  tools: [tool('one'), tool('two')],
  maxOutputTokens: 100,
};
const cache_control = { type: 'ephemeral' };

describe("a request in Anthropic's words", () => {
  it('marks what the next one begins with as well: tools, instructions and the whole history', () => {
    expect(bodyOf('anthropic', request)).toEqual({
      model: 'claude-small',
      system: [{ type: 'text', text: 'Be brief.', cache_control }],
      tools: [
        { name: 'one', description: 'Does it.', input_schema: { type: 'object', properties: {} } },
        { name: 'two', description: 'Does it.', input_schema: { type: 'object', properties: {} }, cache_control },
      ],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
        { role: 'assistant', content: [thinking, { type: 'tool_use', id: 'a', name: 'one', input: { id: '1' } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: '{}', is_error: true },
            { type: 'text', text: 'And?', cache_control },
          ],
        },
      ],
    });
  });

  it('leaves out what there is none of', () => {
    const bare = bodyOf('anthropic', {
      ...request,
      instructions: ' ',
      tools: [],
      messages: request.messages.slice(0, 1),
    });
    expect(Object.keys(bare)).toEqual(['model', 'messages']);
  });

  it.each([
    ['nothing', []],
    ['what others made', [{ type: 'opaque' as const, adapter: 'another', data: {} }]],
    ['a thought alone', [{ type: 'opaque' as const, adapter: 'anthropic', data: thinking }]],
  ])('says that there was no answer where it was %s', (_name, content) => {
    const [first] = request.messages;
    const messages = first === undefined ? [] : [first, { role: 'assistant' as const, content }, first];
    const sent = bodyOf('anthropic', { ...request, messages }).messages[1]?.content;
    expect(Array.isArray(sent) ? sent.at(-1) : sent).toEqual({ type: 'text', text: '(no answer)' });
  });

  it('refuses a thought that is none', () => {
    const content = [{ type: 'opaque' as const, adapter: 'anthropic', data: { type: 'thinking' } }];
    const messages = [{ role: 'assistant' as const, content }];
    expect(() => bodyOf('anthropic', { ...request, messages })).toThrow(ModelRejectedError);
  });
});
