import { expect, it } from '@jest/globals';
import { InProcessTransport } from '../transport/in-process-transport.js';
import { answerTo, commandEnvelope, eventEnvelope } from '../testing/index.js';
import type { Address } from '../transport/transport.js';
import { crossingAsJson } from './crossing-as-json.js';

const { signal } = new AbortController();

it('what crosses as JSON arrives as what JSON makes of it, in both directions', async () => {
  const transport = crossingAsJson(new InProcessTransport());
  const [requests, watch]: [Address, Address] = [
    { lane: 'requests', context: 'stock' },
    { lane: 'subscription', context: 'shop', subscription: 'watch' },
  ];
  const seen: unknown[] = [];
  const given = { at: new Date(0), nothing: undefined, list: [1, undefined] };
  await transport.listen(requests, async (delivery) => {
    seen.push(delivery.envelope.data);
    await delivery.reply(answerTo(delivery.envelope, given));
  });
  await transport.listen(watch, async ({ envelope }) => void seen.push(envelope.data));
  const answer = await transport.request(commandEnvelope('stock', given), requests, signal);
  await transport.send(eventEnvelope('stock', 'a', given), watch, signal);
  const crossed = { at: '1970-01-01T00:00:00.000Z', list: [1, null] };
  expect([...seen, answer.data]).toStrictEqual([crossed, crossed, crossed]);
  await transport.close();
});
