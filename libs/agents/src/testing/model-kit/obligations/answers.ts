import assert from 'node:assert/strict';
import { problemsOfHistory } from '../../../model/history-rules.js';
import type { ModelObligation } from '../obligation.js';
import { afterCalls, answered, someRequest } from '../trial.js';

const call = (id: string) => ({ tool: 'orders_get-order', input: { id, note: 'ä "quoted" \n ⭐' } });

/** What an answer is. */
export const answerObligations: readonly ModelObligation[] = [
  {
    id: 'answer-text',
    promise: 'an answer is the whole text, that it is done, and what was used',
    async run(trial) {
      const say = 'It is on its way ⭐. '.repeat(50).trim();
      const opened = await trial.open([{ say, usage: { inputTokens: 70, outputTokens: 30 } }]);
      const { content, stop, usage } = answered(await trial.asked(opened, someRequest()));
      assert.deepEqual(content, [{ type: 'text', text: say }]);
      assert.equal(stop, 'done');
      assert.deepEqual([usage.inputTokens, usage.outputTokens], [70, 30]);
    },
  },
  {
    id: 'answer-cached',
    promise: 'what was read from the cache is counted among what was read',
    async run(trial) {
      const usage = { inputTokens: 70, outputTokens: 30, cacheReadTokens: 50 };
      const opened = await trial.open([{ say: 'Yes.', usage }]);
      const given = answered(await trial.asked(opened, someRequest())).usage;
      assert.deepEqual([given.inputTokens, given.cacheReadTokens], [70, 50]);
    },
  },
  {
    id: 'answer-calls',
    promise: 'calls come in their order, with their inputs, and ids that no call of the history has',
    async run(trial) {
      const opened = await trial.open(({ messages }) =>
        messages.length === 1
          ? { say: 'I look.', call: [call('1'), call('2')] }
          : { say: 'And again.', call: [call('3')] },
      );
      const request = someRequest();
      const first = answered(await trial.asked(opened, request));
      assert.equal(first.stop, 'tools');
      const uses = first.content.filter((block) => block.type === 'tool-use');
      assert.deepEqual(
        uses.map(({ name, input }) => ({ tool: name, input })),
        [call('1'), call('2')],
      );
      const second = answered(await trial.asked(opened, afterCalls(request, first)));
      const on = afterCalls(afterCalls(request, first), second);
      assert.deepEqual(problemsOfHistory(on.messages), []);
    },
  },
  {
    id: 'answer-empty-input',
    promise: 'a call without input has an empty one',
    async run(trial) {
      const opened = await trial.open([{ call: [{ tool: 'orders_get-order', input: {} }] }]);
      const { content } = answered(await trial.asked(opened, someRequest()));
      assert.deepEqual(
        content.map((block) => (block.type === 'tool-use' ? block.input : undefined)),
        [{}],
      );
    },
  },
  {
    id: 'answer-length',
    promise: 'an answer that came to its bound says so, and none of its calls is one',
    async run(trial) {
      const opened = await trial.open([{ say: 'I look.', call: [call('1')], stop: 'length' }]);
      const { content, stop } = answered(await trial.asked(opened, someRequest()));
      assert.equal(stop, 'length');
      assert.deepEqual(content, [{ type: 'text', text: 'I look.' }]);
    },
  },
  {
    id: 'answer-refused',
    promise: 'a model that declines has answered',
    async run(trial) {
      const opened = await trial.open([{ say: 'I would rather not.', stop: 'refused' }]);
      assert.equal(answered(await trial.asked(opened, someRequest())).stop, 'refused');
    },
  },
  {
    id: 'answer-empty',
    promise: 'an answer may be empty, and a history with one goes on',
    async run(trial) {
      const opened = await trial.open(({ messages }) => (messages.length === 1 ? {} : { say: 'Yes.' }));
      const request = someRequest();
      const first = answered(await trial.asked(opened, request));
      assert.deepEqual(first.content, []);
      answered(await trial.asked(opened, afterCalls(request, first)));
    },
  },
];
