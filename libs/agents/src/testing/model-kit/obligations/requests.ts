import assert from 'node:assert/strict';
import type { ModelMessage } from '../../../model/model-message.js';
import type { ModelRequest } from '../../../model/model.js';
import type { ModelObligation } from '../obligation.js';
import { afterCalls, answered, someRequest } from '../trial.js';

const yes = [{ say: 'Yes.' }, { say: 'Yes.' }, { say: 'Yes.' }];

/** What becomes of a request on its way. */
export const requestObligations: readonly ModelObligation[] = [
  {
    id: 'request-whole',
    promise: 'the provider gets instructions, tools, bounds and the temperature, if there is one',
    needsProvider: true,
    async run(trial) {
      const opened = await trial.openWithProvider(yes);
      for (const request of [someRequest(), someRequest({ temperature: 0.2 })]) {
        answered(await trial.asked(opened, request));
        const arrived = opened.provider.asked.at(-1);
        assert.deepEqual(arrived, request);
      }
    },
  },
  {
    id: 'request-results',
    promise: 'results arrive as results, each of its call and before what was said, with whether they failed',
    needsProvider: true,
    async run(trial) {
      const calls = [
        { tool: 'orders_get-order', input: { id: '1' } },
        { tool: 'orders_get-order', input: { id: '2' } },
      ];
      const opened = await trial.openWithProvider([{ say: 'I look.', call: calls }, ...yes]);
      const request = someRequest();
      const first = answered(await trial.asked(opened, request));
      const on = withOneFailed(afterCalls(request, first));
      answered(await trial.asked(opened, on));
      const arrived = opened.provider.asked.at(-1)?.messages ?? [];
      assert.deepEqual(arrived.map(shapeOf), on.messages.map(shapeOf));
      assert.ok(JSON.stringify(arrived.at(-1)).includes('confirmed'), 'the result is not what the call gave');
    },
  },
  {
    id: 'request-opaque',
    promise: 'blocks that only the adapter understands are given back as they were, and no others',
    needsProvider: true,
    async run(trial) {
      const call = [{ tool: 'orders_get-order', input: {} }];
      const opened = await trial.openWithProvider([{ think: 'Which order?', call }, ...yes]);
      const request = someRequest();
      const first = answered(await trial.asked(opened, request));
      answered(await trial.asked(opened, afterCalls(request, first)));
      const foreign = { type: 'opaque' as const, adapter: 'another', data: { thinking: 'What?', signature: 'none' } };
      const mixed = afterCalls(request, { ...first, content: [foreign, ...first.content] });
      answered(await trial.asked(opened, mixed));
      const sent = opened.provider.asked.slice(-2).map(({ messages }) => messages);
      assert.deepEqual(sent[0], sent[1]);
    },
  },
  {
    id: 'request-count',
    promise: 'what a request has at most is never less than what is counted',
    async run(trial) {
      const opened = await trial.open(yes);
      const words = ['Where is my order? ', 'где мой заказ? ', '⭐', 'a'];
      for (const word of words) {
        const messages: ModelMessage[] = [{ role: 'user', content: [{ type: 'text', text: word.repeat(3_000) }] }];
        const request = someRequest({ messages });
        const counted = await trial.ended(
          'a count',
          opened.model.inputTokensAtMost(request, new AbortController().signal),
        );
        const { usage } = answered(await trial.asked(opened, request));
        const atMost = counted.value ?? -1;
        assert.ok(atMost >= usage.inputTokens, `${atMost} at most, and ${usage.inputTokens} were used`);
      }
    },
  },
];

function withOneFailed(request: ModelRequest): ModelRequest {
  const messages = request.messages.map((message): ModelMessage => {
    if (message.role !== 'user') return message;
    const content = message.content.map((block, index) =>
      block.type === 'tool-result' && index === 0 ? { ...block, failed: true } : block,
    );
    return { role: 'user', content };
  });
  return { ...request, messages };
}

/** What of a message has to arrive in whatever words. */
function shapeOf({ role, content }: ModelMessage): unknown {
  return {
    role,
    content: content.map((block) => {
      if (block.type !== 'tool-result') return block;
      return { type: block.type, id: block.id, failed: block.failed };
    }),
  };
}
