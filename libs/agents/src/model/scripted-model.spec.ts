import { describe, expect, it } from '@jest/globals';
import type { ModelMessage } from './model-message.js';
import { ModelRejectedError, ModelUnavailableError, type ModelRequest } from './model.js';
import type { ScriptedTurn } from './script.js';
import { scriptedModel } from './scripted-model.js';

const asked = (messages: ModelMessage[], more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'small',
  instructions: 'Be brief.',
  messages,
  tools: [{ name: 'orders_get-order', description: 'Gets an order.', inputSchema: { type: 'object' } }],
  maxOutputTokens: 100,
  ...more,
});
const hello: ModelMessage = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };
const { signal } = new AbortController();
const look = { say: 'I look.', call: [{ tool: 'orders_get-order', input: { id: '1' } }] };

const twice = { tool: 'orders_get-order', input: {}, id: 'a' };
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe('a scripted model', () => {
  const model = scriptedModel([look, { say: 'It is on its way.' }]);

  it('answers with the turn that the history has come to, however often it is asked', async () => {
    const first = await model.ask(asked([hello]), signal);
    expect(await model.ask(asked([hello]), signal)).toEqual(first);
    expect(first).toMatchObject({
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool-use', id: 'call_1_0', name: 'orders_get-order', input: { id: '1' } },
      ],
      stop: 'tools',
    });
    const results: ModelMessage = {
      role: 'user',
      content: [{ type: 'tool-result', id: 'call_1_0', content: '{}', failed: false }],
    };
    const history: ModelMessage[] = [hello, { role: 'assistant', content: [...first.content] }, results];
    expect(await model.ask(asked(history), signal)).toMatchObject({
      content: [{ type: 'text', text: 'It is on its way.' }],
      stop: 'done',
    });
    // A call whose result is missing, and a script that is over.
    await expect(model.ask(asked([...history.slice(0, 2), hello]), signal)).rejects.toThrow(/has no tool result/);
    const on: ModelMessage[] = [...history, { role: 'assistant', content: [] }, hello];
    await expect(model.ask(asked(on), signal)).rejects.toThrow(ModelRejectedError);
  });

  it('counts no more than it says beforehand', async () => {
    const { usage } = await model.ask(asked([hello]), signal);
    const atMost = await model.inputTokensAtMost(asked([hello]), signal);
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(usage.inputTokens).toBeLessThanOrEqual(atMost);
  });

  it('comes to the bound that it is given, and leaves out the call that is cut', async () => {
    expect(await model.ask(asked([hello], { maxOutputTokens: 3 }), signal)).toMatchObject({
      content: [{ type: 'text', text: 'I l' }],
      stop: 'length',
      usage: { outputTokens: 3 },
    });
  });

  it('ends with the signal, also when its script does not', async () => {
    const leaving = new AbortController();
    const never = scriptedModel(() => new Promise(() => undefined));
    const answer = never.ask(asked([hello]), leaving.signal);
    leaving.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    await expect(never.ask(asked([hello]), leaving.signal)).rejects.toThrow('enough');
    const itself = new AbortController();
    const leaves = scriptedModel(() => {
      itself.abort(new Error('by itself'));
      return new Promise(() => undefined);
    });
    await expect(leaves.ask(asked([hello]), itself.signal)).rejects.toThrow('by itself');
  });

  it.each<[string, ScriptedTurn]>([
    ['two calls of one id', { call: [twice, twice] }],
    ['calls that it does not make', { stop: 'tools' }],
    ['a name that no history may hold', { call: [{ tool: 'orders.get', input: {} }] }],
    ['a character that no database keeps', { say: 'a\0' }],
    ['half of a surrogate pair', { call: [{ tool: 'a', input: { '\ud800': 1 } }] }],
    ['more nesting than anybody bears', { call: [{ tool: 'a', input: { deep: nested(100) } }] }],
    ['half a token', { say: 'a', usage: { inputTokens: 0.5 } }],
    ['more from the cache than it read', { say: 'a', usage: { inputTokens: 1, cacheReadTokens: 2 } }],
  ])('takes an answer with %s for none', async (_name, turn) => {
    const broken = scriptedModel([turn]);
    await expect(broken.ask(asked([hello]), signal)).rejects.toThrow(ModelUnavailableError);
  });
});
