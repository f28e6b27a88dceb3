import type { KeptEntry, RunEntry, RunView } from '@isolith/agents';
import { describe, expect, it } from '@jest/globals';
import { Conversation, Entry } from '../assistant.contract.js';
import { conversationOf, entryOf } from './conversation-view.js';

const at = '2026-01-01T00:00:00.000Z';
const kept = (entry: RunEntry): KeptEntry => ({ seq: 1, at, entry });
const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 3, cacheWriteTokens: 2 };
const call = { turn: 1, index: 0, tool: 'orders_cancel-order' };

describe('an entry, as its owner sees it', () => {
  it.each<readonly [RunEntry, object]>([
    [
      { kind: 'said', by: 'u', text: 'Hi' },
      { kind: 'said', text: 'Hi' },
    ],
    [
      { kind: 'asked', turn: 1, attempt: 1, upTo: 1, tokens: 9, money: 9 },
      { kind: 'asked', turn: 1, attempt: 1 },
    ],
    [
      { kind: 'unanswered', turn: 1, attempt: 1, reason: '10.0.0.7 refused the key', rejected: true },
      { kind: 'unanswered', turn: 1, attempt: 1 },
    ],
    [
      { kind: 'judged', ...call, verdict: 'refuse', why: 'never' },
      { kind: 'judged', ...call, verdict: 'refuse', why: 'never' },
    ],
    [
      { kind: 'decided', turn: 1, index: 0, approved: true, by: 'u', note: 'yes' },
      { kind: 'decided', turn: 1, index: 0, approved: true, note: 'yes' },
    ],
    [
      { kind: 'called', ...call, outcome: 'done', content: '{}', untrusted: true },
      { kind: 'called', ...call, outcome: 'done', contentJson: '{}' },
    ],
    [
      { kind: 'ended', why: 'turns', detail: '12' },
      { kind: 'ended', why: 'turns', detail: '12' },
    ],
  ])('of $kind holds what concerns him', (entry, shown) => {
    const seen = entryOf(kept(entry));
    expect(seen).toEqual({ seq: 1, at, ...shown });
    expect(Entry.parse(seen)).toEqual(seen);
  });

  it('of an answer is what the model said and asks for, without what its adapter alone understands', () => {
    const content = [
      { type: 'opaque', adapter: 'a', data: { thinking: 'hidden' } },
      { type: 'text', text: 'One.' },
      { type: 'tool-use', id: 'c1', name: 'orders_get-order', input: { orderId: 'o' } },
      { type: 'text', text: 'Two.' },
      { type: 'tool-use', id: 'c2', name: 'orders_list-orders', input: undefined },
    ] as const;
    const answered = entryOf(
      kept({ kind: 'answered', turn: 2, attempt: 1, content: [...content], stop: 'tools', usage, money: 7 }),
    );
    expect(answered).toEqual({
      seq: 1,
      at,
      kind: 'answered',
      turn: 2,
      text: 'One.\n\nTwo.',
      calls: [
        { tool: 'orders_get-order', inputJson: '{"orderId":"o"}' },
        { tool: 'orders_list-orders', inputJson: 'null' },
      ],
      inputTokens: 10,
      outputTokens: 5,
      costMicros: 7,
    });
    expect(Entry.parse(answered)).toEqual(answered);
  });
});

it('a run is a conversation with its assistant, and with what waits in it', () => {
  const id = '0b6c7d7e-5a55-4d2a-9a53-3f0a3b1e6a01';
  const run: RunView = {
    id,
    agent: 'assistant.triage',
    owner: 'u',
    status: 'waiting',
    seq: 4,
    beganAt: at,
    changedAt: at,
    turns: 1,
    inputTokens: 1,
    outputTokens: 2,
    money: 3,
    approvals: [{ id, tool: 't', title: 'T', input: { a: 1 }, why: 'w', preview: { b: 2 }, until: at }],
  };
  const seen = conversationOf(run);
  expect(seen).toMatchObject({
    assistant: 'triage',
    costMicros: 3,
    approvals: [{ inputJson: '{"a":1}', previewJson: '{"b":2}' }],
  });
  expect(Conversation.parse(seen)).toEqual(seen);
});
