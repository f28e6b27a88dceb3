import type { ModelMessage, ModelRequest, OfferedTool } from '@isolith/agents';
import { describe, expect, it } from '@jest/globals';
import { demonstration } from './demonstration.js';

const [pending, shipped] = ['0b6c7d7e-5a55-4d2a-9a53-3f0a3b1e6a01', '0b6c7d7e-5a55-4d2a-9a53-3f0a3b1e6a02'];
const order = (id: string, status: string) => ({ id, status, totalMinor: 1250, currency: 'EUR' });

const tool = (name: string): OfferedTool => ({ name, description: name, inputSchema: { type: 'object' } });
const shopping = ['orders_list-orders', 'orders_cancel-order', 'orders_get-order'].map(tool);

const never = new AbortController().signal;
const request = (messages: readonly ModelMessage[], tools = shopping): ModelRequest => ({
  model: 'assistant',
  instructions: 'help',
  messages,
  tools,
  maxOutputTokens: 1_000,
});
const says = (text: string): ModelMessage => ({ role: 'user', content: [{ type: 'text', text }] });

/** Plays the scene to its end: what the model says, and the tools it calls with what they answer. */
async function play(results: Readonly<Record<string, { content: unknown; failed?: boolean }>>, begin = [says('hi')]) {
  const messages: ModelMessage[] = [...begin];
  const heard: string[] = [];
  for (let turns = 0; turns < 10; turns += 1) {
    const { content, stop } = await demonstration().ask(request(messages), never);
    messages.push({ role: 'assistant', content: [...content] });
    for (const block of content) {
      if (block.type === 'text') heard.push(block.text);
      if (block.type === 'tool-use') heard.push(`${block.name} ${JSON.stringify(block.input)}`);
    }
    if (stop !== 'tools') return { heard, messages };
    messages.push({
      role: 'user',
      content: content.flatMap((block) => {
        if (block.type !== 'tool-use') return [];
        const { content: answer, failed = false } = results[block.name] ?? { content: null, failed: true };
        return [{ type: 'tool-result' as const, id: block.id, content: JSON.stringify(answer), failed }];
      }),
    });
  }
  throw new Error('the scene has no end');
}

const list = (...items: readonly object[]) => ({ 'orders_list-orders': { content: { items } } });

describe('the scripted demonstration', () => {
  it('looks at the orders, proposes to cancel the newest that can be, and tells what came of it', async () => {
    const { heard } = await play({
      ...list(order(shipped, 'shipped'), order(pending, 'confirmed')),
      'orders_cancel-order': { content: null },
      'orders_get-order': { content: order(pending, 'cancelled') },
    });
    expect(heard).toEqual([
      'This is a scripted demonstration. I look at your orders.',
      'orders_list-orders {"limit":5}',
      `Order ${pending} is confirmed, over 12.50 EUR. I would cancel it: you decide.`,
      `orders_cancel-order {"orderId":"${pending}"}`,
      `orders_get-order {"orderId":"${pending}"}`,
      'The order is cancelled now.',
    ]);
  });

  it('leaves what was refused as it is', async () => {
    const { heard } = await play({
      ...list(order(pending, 'pending')),
      'orders_cancel-order': { content: {}, failed: true },
    });
    expect(heard.at(-1)).toBe('It was not cancelled. Everything stays as it is.');
  });

  it('says so where there is nothing to cancel, or nothing to be seen', async () => {
    expect((await play(list(order(shipped, 'shipped')))).heard.at(-1)).toBe(
      'You have 1 orders, and none that could be cancelled.',
    );
    expect((await play({})).heard.at(-1)).toBe('I could not look at your orders. Ask me again.');
  });

  it('begins anew with what is said next', async () => {
    const { messages } = await play(list());
    const { heard } = await play(list(), [...messages, says('once more')]);
    expect(heard[1]).toBe('orders_list-orders {"limit":5}');
  });

  it('is played where orders can be looked at', async () => {
    const { content } = await demonstration().ask(request([says('hi')], []), never);
    expect(content).toEqual([{ type: 'text', text: 'The demonstration is played in a conversation of shopping.' }]);
  });
});
