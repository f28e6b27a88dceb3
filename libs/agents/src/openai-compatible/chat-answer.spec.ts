import { describe, expect, it } from '@jest/globals';
import { ModelUnavailableError } from '../model/model.js';
import { ChatAnswer } from './chat-answer.js';

const choice = (delta: object, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const call = (piece: object) => choice({ tool_calls: [piece] });
const usage = { choices: [], usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 } };
const end = (reason: string) => choice({}, reason);

function answerOf(pieces: readonly unknown[], round = 1) {
  const answer = new ChatAnswer('chat', round);
  for (const piece of pieces) answer.take(JSON.stringify(piece));
  return answer.whole(undefined);
}
const inputsOf = (pieces: readonly unknown[]) =>
  answerOf(pieces).content.map((block) => (block.type === 'tool-use' ? [block.name, block.input] : block.type));

describe('pieces of chat completions', () => {
  it('are put together to an answer', () => {
    const pieces = [
      choice({ role: 'assistant', content: '' }),
      choice({ content: 'I ' }),
      choice({ content: 'look.' }),
    ];
    expect(answerOf([...pieces, end('stop'), usage])).toEqual({
      content: [{ type: 'text', text: 'I look.' }],
      stop: 'done',
      usage: { inputTokens: 10, outputTokens: 3, cacheReadTokens: 0, cacheWriteTokens: 0 },
    });
  });

  it('may tell the usage with each piece, or with the last', () => {
    const early = { ...choice({ content: 'Yes.' }), usage: { prompt_tokens: 10, completion_tokens: 1 } };
    const late = {
      ...end('stop'),
      usage: { prompt_tokens: 10, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 } },
    };
    expect(answerOf([early, late]).usage).toMatchObject({ outputTokens: 2, cacheReadTokens: 4 });
  });

  it('may hold calls in pieces, whole, and all under one index', () => {
    const inPieces = [
      call({ index: 0, id: 'a', type: 'function', function: { name: 'one', arguments: '' } }),
      call({ index: 0, function: { arguments: '{"id":' } }),
      call({ index: 1, id: 'b', function: { name: 'two' } }),
      call({ index: 0, function: { arguments: '"1"}' } }),
    ];
    expect(inputsOf([...inPieces, end('tool_calls'), usage])).toEqual([
      ['one', { id: '1' }],
      ['two', {}],
    ]);
    const underOne = [
      call({ index: 0, id: 'a', function: { name: 'one', arguments: '{}' } }),
      call({ id: 'b', function: { name: 'two', arguments: '{"id":2}' } }),
    ];
    expect(inputsOf([...underOne, end('stop'), usage])).toEqual([
      ['one', {}],
      ['two', { id: 2 }],
    ]);
  });

  it('give calls ids of nine letters and digits that no other answer of the history gives', () => {
    const calls = [0, 1].map((index) => call({ index, id: 'same', function: { name: 'one', arguments: '{}' } }));
    const ids = [1, 3].flatMap((round) =>
      answerOf([...calls, end('tool_calls'), usage], round).content.map((block) =>
        block.type === 'tool-use' ? block.id : '',
      ),
    );
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]{9}$/);
  });

  it('may be a refusal, which is told', () => {
    expect(answerOf([choice({ refusal: 'I would rather not.' }), end('stop'), usage])).toMatchObject({
      content: [{ type: 'text', text: 'I would rather not.' }],
      stop: 'refused',
    });
    expect(answerOf([choice({ content: 'Well' }), end('content_filter'), usage]).stop).toBe('refused');
  });

  it.each<[string, readonly unknown[]]>([
    ['no reason to stop', [choice({ content: 'a' }), usage]],
    ['no usage', [choice({ content: 'a' }), end('stop')]],
    ['a reason that nobody knows', [end('tired'), usage]],
    ['two answers', [{ choices: [choice({}).choices[0], choice({}).choices[0]] }]],
    ['an error', [choice({ content: 'a' }), { error: { message: 'overloaded' } }, end('stop'), usage]],
    [
      'an input that is broken off',
      [call({ index: 0, id: 'a', function: { name: 'one', arguments: '{"id"' } }), end('tool_calls'), usage],
    ],
    ['half a token', [end('stop'), { choices: [], usage: { prompt_tokens: 0.5, completion_tokens: 1 } }]],
  ])('with %s are no answer', (_name, pieces) => {
    expect(() => answerOf(pieces)).toThrow(ModelUnavailableError);
  });

  it('that are no JSON are no answer', () => {
    expect(() => new ChatAnswer('chat', 1).take('<html>')).toThrow(ModelUnavailableError);
  });
});
