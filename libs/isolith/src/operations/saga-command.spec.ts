import { expect, it } from '@jest/globals';
import { sagaCommand } from './saga-command.js';

const saga = { context: 'orders', name: 'orders.checkout', id: '7' };

it.each([
  [[], { do: 'list', status: 'needs-attention' }],
  [['list'], { do: 'list', status: 'needs-attention' }],
  [['list', 'running'], { do: 'list', status: 'running' }],
  [['show', 'orders.checkout', '7'], { do: 'show', saga }],
  [['retry', 'orders.checkout', '7', 'it is back'], { do: 'retry', saga, reason: 'it is back' }],
  [['take-over', 'orders.checkout', '7', 'by', 'hand'], { do: 'take-over', saga, reason: 'by hand' }],
])('%j is a command', (words, command) => {
  expect(sagaCommand(words)).toEqual(command);
});

it.each([
  [['list', 'stuck'], 'expected one of'],
  [['list', 'running', 'too'], 'expected one of'],
  [['delete', 'orders.checkout', '7', 'why'], 'expected one of'],
  [['show', 'orders.checkout', '7', 'more'], 'expected one of'],
  [['show', 'checkout', '7'], 'the name of a saga is context.process, not "checkout"'],
  [['show', '../users', '7'], 'the name of a saga is context.process'],
  [['retry', 'orders.checkout'], 'the id of the saga'],
  [['retry', 'orders.checkout', '7'], 'a reason'],
  [['skip', 'orders.checkout', '7', ' '], 'a reason'],
  [['skip', 'orders.checkout', '7', 'x'.repeat(501)], 'a reason'],
])('%j is none, and says what was expected', (words, problem) => {
  expect(sagaCommand(words)).toEqual({
    problem: expect.arrayContaining([expect.stringContaining(problem), expect.stringContaining('take-over NAME ID')]),
  });
});
