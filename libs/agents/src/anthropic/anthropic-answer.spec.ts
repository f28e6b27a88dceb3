import { describe, expect, it } from '@jest/globals';
import { ModelUnavailableError } from '../model/model.js';
import { AnthropicAnswer } from './anthropic-answer.js';

const usage = { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5, cache_creation_input_tokens: null };
const begun = { type: 'message_start', message: { id: 'msg_1', usage } };
const block = (index: number, content_block: object) => ({ type: 'content_block_start', index, content_block });
const piece = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta });
const end = (index: number) => ({ type: 'content_block_stop', index });
const text = { type: 'text', text: '' };
const call = { type: 'tool_use', id: 'toolu_1', name: 'orders_get-order', input: {} };
const more = (said: string) => ({ type: 'text_delta', text: said });
const json = (partial_json: string) => ({ type: 'input_json_delta', partial_json });
const ended = (stop_reason: string) => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage: { output_tokens: 7 },
});
const over = { type: 'message_stop' };

function answerOf(events: readonly unknown[]) {
  const answer = new AnthropicAnswer('anthropic');
  for (const event of events) answer.take(event);
  return answer.whole('req_1');
}

describe("Anthropic's events", () => {
  it('are put together to an answer, whose last word on usage counts', () => {
    const events = [
      [begun, block(0, text), piece(0, more('I ')), piece(0, more('look.')), end(0)],
      [block(1, call), piece(1, json('')), piece(1, json('{"id":')), piece(1, json('"1"}')), end(1)],
      [ended('tool_use'), over],
    ].flat();
    expect(answerOf(events)).toEqual({
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool-use', id: 'toolu_1', name: 'orders_get-order', input: { id: '1' } },
      ],
      stop: 'tools',
      usage: { inputTokens: 15, outputTokens: 7, cacheReadTokens: 5, cacheWriteTokens: 0 },
      requestId: 'req_1',
    });
  });

  it('keep thoughts as they are, and those that nobody may read', () => {
    const thinking = { type: 'thinking', thinking: '', signature: '' };
    const redacted = { type: 'redacted_thinking', data: 'c2VjcmV0' };
    const events = [
      [begun, block(0, thinking), piece(0, { type: 'thinking_delta', thinking: 'Hm.' })],
      [piece(0, { type: 'signature_delta', signature: 'c2ln' }), end(0), block(1, redacted), end(1)],
      [ended('end_turn'), over],
    ].flat();
    expect(answerOf(events).content).toEqual([
      { type: 'opaque', adapter: 'anthropic', data: { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' } },
      { type: 'opaque', adapter: 'anthropic', data: redacted },
    ]);
  });

  it.each([
    ['end_turn', 'done'],
    ['stop_sequence', 'done'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'refused'],
    ['pause_turn', 'paused'],
  ])('%s is %s', (reason, stop) => {
    expect(answerOf([begun, ended(reason), over]).stop).toBe(stop);
  });

  it('that were cut at the bound leave out what is not whole', () => {
    const half = [begun, block(0, call), piece(0, json('{"id"')), end(0), ended('max_tokens'), over];
    expect(answerOf(half).content).toEqual([]);
    const thought = { type: 'thinking', thinking: 'Hm', signature: '' };
    expect(answerOf([begun, block(0, thought), end(0), ended('max_tokens'), over]).content).toEqual([]);
  });

  it.each<[string, readonly unknown[]]>([
    ['nothing', []],
    ['no beginning', [block(0, text)]],
    ['two beginnings', [begun, begun]],
    ['no reason to stop', [begun, over]],
    ['a reason that nobody knows', [begun, ended('tired'), over]],
    ['no end', [begun, ended('end_turn')]],
    ['something after the end', [begun, ended('end_turn'), over, over]],
    ['a block that is not closed', [begun, block(0, text), ended('end_turn'), over]],
    ['a block within a block', [begun, block(0, text), block(1, text)]],
    ['a block out of order', [begun, block(1, text)]],
    ['a block after the reason to stop', [begun, ended('end_turn'), block(0, text), end(0), over]],
    ['a block that nobody asked for', [begun, block(0, { type: 'server_tool_use', id: 'a', name: 'b', input: {} })]],
    ['a piece of no block', [begun, piece(0, more('a'))]],
    ['a piece of another block', [begun, block(0, text), piece(1, more('a'))]],
    ['a piece of another kind', [begun, block(0, text), piece(0, json('{}'))]],
    ['an end of another block', [begun, block(0, text), end(1)]],
    ['an input that is broken off', [begun, block(0, call), piece(0, json('{"id"')), end(0), ended('tool_use'), over]],
    [
      'a thought that nobody signed',
      [begun, block(0, { type: 'thinking', thinking: 'Hm', signature: '' }), end(0), ended('end_turn'), over],
    ],
    ['less than no tokens', [{ type: 'message_start', message: { usage: { ...usage, input_tokens: -1 } } }]],
    ['a page', ['<html>']],
  ])('with %s are no answer', (_name, events) => {
    expect(() => answerOf(events)).toThrow(ModelUnavailableError);
  });
});
