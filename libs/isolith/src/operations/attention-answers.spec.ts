import { expect, it } from '@jest/globals';
import { MessageRouter, runAs } from '@isolith/message-bus';
import type { SagaStatusName } from '@isolith/saga';
import { attentionAnswers } from './attention-answers.js';
import { attentionMessagesOf } from './attention-messages.js';

const ANNA = { principal: { service: 'gateway', user: 'anna', roles: ['admin'] } };
const { CountAttention } = attentionMessagesOf('orders');

const sagas = {
  contexts: () => ['orders'],
  counts: async () => {
    const count = (status: SagaStatusName, of: number) => ({ name: 'checkout', status, count: of });
    return [count('needs-attention', 2), count('running', 50)];
  },
};
const parked = {
  counts: async () => [
    { subscription: 'a', sequences: 1, messages: 3 },
    { subscription: 'b', sequences: 1, messages: 4 },
  ],
};
const relays = async () => [
  { producer: 'orders', lag: 5 },
  { producer: 'orders', lag: 6 },
  { producer: 'users', lag: 100 },
];

async function counted(known: typeof sagas | undefined): Promise<unknown> {
  const router = new MessageRouter({ placement: { here: ['orders'] }, onError: () => undefined });
  for (const handler of attentionAnswers('orders', { parked, relays, sagas: known })) router.handle(handler);
  await router.listenHere();
  try {
    return await runAs('gateway', () => router.send(new CountAttention({})), ANNA);
  } finally {
    await router.close();
  }
}

it('a context counts what waits in it: for operators, and to be handed over', async () => {
  expect(await counted(sagas)).toEqual({ sagas: 2, parked: 7, waiting: 11 });
  expect(await counted(undefined)).toEqual({ sagas: 0, parked: 7, waiting: 11 });
});
