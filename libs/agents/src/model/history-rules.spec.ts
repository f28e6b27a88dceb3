import { describe, expect, it } from '@jest/globals';
import { problemsOfRequest } from './history-rules.js';
import type { ModelMessage } from './model-message.js';
import type { ModelRequest, OfferedTool } from './model.js';

const user = (...content: Extract<ModelMessage, { role: 'user' }>['content']): ModelMessage => ({
  role: 'user',
  content,
});
const assistant = (...content: Extract<ModelMessage, { role: 'assistant' }>['content']): ModelMessage => ({
  role: 'assistant',
  content,
});
const text = (said: string) => ({ type: 'text' as const, text: said });
const use = (id: string, input: unknown = {}, name = 'orders_get-order') => ({
  type: 'tool-use' as const,
  id,
  name,
  input,
});
const result = (id: string) => ({ type: 'tool-result' as const, id, content: '{}', failed: false });
const tool = (name: string, inputSchema: Record<string, unknown> = { type: 'object' }): OfferedTool => ({
  name,
  description: 'Gets an order.',
  inputSchema,
});

const lawful: ModelRequest = {
  model: 'small',
  instructions: 'Be brief.',
  messages: [
    user(text('Where are my orders?')),
    assistant(text('I look.'), use('a'), use('b')),
    user(result('b'), result('a'), text('And hurry.')),
    assistant(),
    user(text('Well?')),
  ],
  tools: [tool('orders_get-order'), tool('orders_list-orders')],
  maxOutputTokens: 100,
  temperature: 0.2,
};
const history = (...messages: ModelMessage[]): ModelRequest => ({ ...lawful, messages });

describe('what a request may be', () => {
  it('finds nothing in a lawful one', () => {
    expect(problemsOfRequest(lawful)).toEqual([]);
  });

  it.each<[string, ModelRequest, ...string[]]>([
    ['no message', history(), 'messages: the last one is not'],
    [
      'an answer first',
      history(assistant(text('Hello')), user(text('Hi'))),
      'messages.0: the roles do not take turns',
      'messages.1: the roles do not take turns',
    ],
    ['one role twice', history(user(text('a')), user(text('b'))), 'messages.1: the roles do not take turns'],
    ['an answer last', history(user(text('a')), assistant(text('b'))), 'messages: the last one is not'],
    ['a user who says nothing', history(user()), 'messages.0: it is empty'],
    ['a blank text', history(user(text(' \n'))), 'messages.0: a text is blank'],
    ['a blank answer', history(user(text('a')), assistant(text('')), user(text('b'))), 'messages.1: a text is blank'],
    [
      'a call without result',
      history(user(text('a')), assistant(use('a'), use('b')), user(result('a'))),
      'messages.2: a tool use of the message before has no tool result',
    ],
    [
      'a result one message late',
      history(user(text('a')), assistant(use('a')), user(text('b')), assistant(text('c')), user(result('a'))),
      'messages.2: a tool use of the message before has no tool result',
      'messages.4: a tool result has no tool use',
    ],
    ['a result of nothing', history(user(result('a'))), 'messages.0: a tool result has no tool use'],
    [
      'two results of one call',
      history(user(text('a')), assistant(use('a')), user(result('a'), result('a'))),
      'messages.2: a tool use has two results',
    ],
    [
      'a result after a text',
      history(user(text('a')), assistant(use('a')), user(text('b'), result('a'))),
      'messages.2: a tool result comes after a text',
    ],
    [
      'an id twice in an answer',
      history(user(text('a')), assistant(use('a'), use('a')), user(result('a'))),
      'messages.1: the id of a tool use is not unique',
    ],
    [
      'an id of an earlier answer',
      history(user(text('a')), assistant(use('a')), user(result('a')), assistant(use('a')), user(result('a'))),
      'messages.3: the id of a tool use is not unique',
    ],
    [
      'an id with a blank',
      history(user(text('a')), assistant(use('a b')), user(result('a b'))),
      'messages.1: the id of a tool use is not of',
    ],
    [
      'a call of a name with a dot',
      history(user(text('a')), assistant(use('a', {}, 'orders.get')), user(result('a'))),
      'messages.1: the name of a tool use',
    ],
    [
      'an input that is a list',
      history(user(text('a')), assistant(use('a', [])), user(result('a'))),
      'messages.1: the input of a tool use is no object',
    ],
    ['calls where no tool is offered', { ...lawful, tools: [] }, 'tools: none, and the history uses some'],
    ['two tools of one name', { ...lawful, tools: [tool('a'), tool('a')] }, 'tools.1: its name is not unique'],
    ['a tool with a dot in its name', { ...lawful, tools: [tool('a.b')] }, 'tools.0: its name is not of'],
    ['a name too long', { ...lawful, tools: [tool('a'.repeat(65))] }, 'tools.0: its name is not of'],
    [
      'a schema of a text',
      { ...lawful, tools: [tool('a', { type: 'string' })] },
      'tools.0: its schema is not of an object',
    ],
    [
      'a choice at the top',
      { ...lawful, tools: [tool('a', { type: 'object', anyOf: [] })] },
      'tools.0: its schema has anyOf at the top',
    ],
    ['no room for an answer', { ...lawful, maxOutputTokens: 0 }, 'maxOutputTokens: '],
    ['a temperature that is none', { ...lawful, temperature: Number.NaN }, 'temperature: '],
    ['no model', { ...lawful, model: ' ' }, 'model: is blank'],
  ])('refuses %s', (_name, request, ...expected) => {
    expect(problemsOfRequest(request)).toEqual(expected.map((problem) => expect.stringContaining(problem)));
  });

  it('says nothing of what was said', () => {
    const secret = 'Grace-Hopper';
    const request = history(user(text(secret), result(secret)), assistant(use(`${secret} `, secret, `${secret}!`)));
    expect(problemsOfRequest({ ...request, tools: [tool(`${secret}.`)] }).join()).not.toContain(secret);
  });
});
