import { expect, it } from '@jest/globals';
import { parkedCommand } from './parked-command.js';

const context = 'notifications';

it.each([
  [[], { do: 'list' }],
  [['list', context, 'ada'], { do: 'list', context, key: 'ada' }],
  [['groups'], { do: 'groups' }],
  [['groups', context], { do: 'groups', context }],
  [['show', context, '7'], { do: 'show', context, id: '7' }],
  [['discard', context, '7'], { do: 'discard', context, id: '7' }],
  [
    ['edit', context, '7', '{"to": "ada"}', 'typed', 'wrong'],
    { do: 'edit', context, id: '7', data: { to: 'ada' }, reason: 'typed wrong' },
  ],
  [['replay', context, 'order-mails', 'ada'], { do: 'replay', context, subscription: 'order-mails', key: 'ada' }],
  [['replay-group', context, '5'], { do: 'replay-group', context, perSecond: 5, filter: {} }],
  [
    ['replay-group', context, '5', 'order-mails', 'orders.placed'],
    { do: 'replay-group', context, perSecond: 5, filter: { subscription: 'order-mails', type: 'orders.placed' } },
  ],
])('%j is a command', (words, command) => {
  expect(parkedCommand(words)).toEqual({ command });
});

it.each([
  [['delete', context, '7'], 'expected one of'],
  [['list', context, 'ada', 'more'], 'expected one of'],
  [['groups', context, 'more'], 'expected one of'],
  [['show'], 'expected one of'],
  [['show', context], 'expected one of'],
  [['show', context, 'x'], 'the id of a parked message is a number, not "x"'],
  [['list', 'a\nb'], 'a word has 1 to 500 characters'],
  [['edit', context, '7', '{"to":', 'why'], 'the data has to be a JSON object'],
  [['edit', context, '7', '[]', 'why'], 'the data has to be a JSON object'],
  [['edit', context, '7', '{}'], 'a reason has to stand behind the data'],
  [['edit', context, 'x', '{}', 'why'], 'the id of a parked message is a number'],
  [['replay', context, 'order-mails'], 'expected one of'],
  [['replay-group', context], 'expected one of'],
  [['replay-group', context, '0'], 'PER_SECOND is 1 to 100, not "0"'],
  [['replay-group', context, '5', 'a', 'b', 'c'], 'expected one of'],
])('%j is none, and says what was expected', (words, problem) => {
  expect(parkedCommand(words)).toEqual({
    problem: expect.arrayContaining([expect.stringContaining(problem), expect.stringContaining('discard CONTEXT ID')]),
  });
});
