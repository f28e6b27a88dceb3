import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError } from '@isolith/contracts';
import { eventEnvelope } from '@isolith/message-bus/testing';
import { RabbitMqTransport } from '../index.js';
import { brokerUrl, freshContext, never, SpecBroker, until } from '../spec-support/broker.js';
import { CuttableProxy } from '../spec-support/cuttable-proxy.js';

/** Two doors to one broker stand for two nodes of a cluster: what is behind them is the same. */
describe('a broker with several nodes', () => {
  let broker: SpecBroker;
  let [one, two]: CuttableProxy[] = [];
  let context: string;

  beforeEach(async () => {
    broker = new SpecBroker();
    context = freshContext();
    [one, two] = [await CuttableProxy.before(brokerUrl()), await CuttableProxy.before(brokerUrl())];
  });
  afterEach(async () => {
    await broker.close();
    await one?.close();
    await two?.close();
  });

  const at = () => ({ lane: 'subscription', context, subscription: 'watch' }) as const;
  const urls = (): string => `${one?.url},${two?.url}`;
  const consuming = (transport: RabbitMqTransport) => (): boolean =>
    transport.health().connected && transport.health().consumers.every(({ state }) => state === 'consuming');

  it('is reached through the next one when one is down at the start, and while it runs (fault 51)', async () => {
    one?.refuse(true);
    const transport = await broker.transport({ url: urls() });
    const got: string[] = [];
    await transport.listen(at(), async ({ envelope }) => void got.push(String(envelope.data)));
    await transport.send(eventEnvelope(context, 'a', 1), at(), never());
    for (const [down, up] of [
      [two, one],
      [one, two],
    ]) {
      const before = up?.accepted ?? 0;
      up?.refuse(false);
      down?.refuse(true);
      await until('both connections are made through the other node', () => (up?.accepted ?? 0) >= before + 2);
      await until('it consumes there', consuming(transport));
      await transport.send(eventEnvelope(context, 'a', 2), at(), never());
    }
    await until('all arrive', () => got.length >= 3);
  });

  it('that are all down is named with each of them, and none of their accounts', async () => {
    for (const node of [one, two]) node?.refuse(true);
    const transport = new RabbitMqTransport({ url: urls(), name: 'spec' });
    const failed = await transport.connect().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(NotDeliveredError);
    for (const node of [one, two]) expect(String(failed)).toContain(new URL(node?.url ?? '').host);
    expect(String(failed)).not.toContain(new URL(brokerUrl()).password);
    await transport.close();
  });
});
