import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { SubscriptionAddress } from '@isolith/message-bus';
import { eventEnvelope } from '@isolith/message-bus/testing';
import { freshContext, SpecBroker, until } from '../spec-support/broker.js';
import { closeChannels } from '../spec-support/close-channels.js';
import { sendAll } from '../spec-support/send-all.js';

let broker: SpecBroker;
beforeEach(() => {
  broker = new SpecBroker();
});
afterEach(() => broker.close());

it('what waits at the broker is counted there, and what is handed over for the first time here, once', async () => {
  const at: SubscriptionAddress = { lane: 'subscription', context: freshContext(), subscription: 'letters' };
  const transport = await broker.transport();
  expect(await transport.backlog(at)).toBe(0);
  const events = ['a', 'b', 'c'].map((key) => eventEnvelope('stock', key, {}));
  await sendAll(transport, events, at);
  await until('all are counted', async () => (await transport.backlog(at)) === 3);
  const handed: string[] = [];
  const held = Promise.withResolvers<void>();
  const listening = await transport.listen(at, async ({ envelope }) => {
    handed.push(envelope.id);
    await held.promise;
  });
  const taken = (): number | undefined => transport.health().consumers[0]?.taken;
  await until('all are in hand', () => handed.length === 3);
  expect(await transport.backlog(at)).toBe(0);
  expect(taken()).toBe(3);
  closeChannels(transport);
  await until('what was in hand has come again', () => transport.metrics().redelivered >= 3);
  held.resolve();
  expect(taken()).toBe(3);
  await listening.stop();
});
