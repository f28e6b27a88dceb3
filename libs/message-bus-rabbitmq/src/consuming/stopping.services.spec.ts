import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventEnvelope } from '@isolith/message-bus/testing';
import { connect, type Channel } from 'amqplib';
import { endChannel } from '../connection/end-channel.js';
import type { RabbitMqTransport } from '../index.js';
import { Link } from '../connection/link.js';
import { brokerUrl, freshContext, SpecBroker, until } from '../spec-support/broker.js';
import { channelsOf, closeChannels } from '../spec-support/close-channels.js';
import { CuttableProxy } from '../spec-support/cuttable-proxy.js';
import { sendAll } from '../spec-support/send-all.js';

type Step = 'createChannel' | 'assertQueue' | 'prefetch' | 'consume';

/**
 * Holds up one step of the next channel that the transport sets up to consume, before or after the broker has done it.
 */
function holdUp(
  transport: RabbitMqTransport,
  step: Step,
  when: 'before' | 'after',
): { readonly reached: Promise<void>; readonly release: () => void } {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const link: unknown = Reflect.get(transport, 'consuming');
  const connection = link instanceof Link ? link.current : undefined;
  if (connection === undefined) throw new Error('the transport is not connected');
  const held =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (when === 'after') {
        const result = await work(...args);
        reached.resolve();
        await released.promise;
        return result;
      }
      reached.resolve();
      await released.promise;
      return work(...args);
    };
  const createChannel = connection.createChannel.bind(connection);
  const open = async (): Promise<Channel> => {
    const channel = await createChannel();
    if (step === 'assertQueue') channel.assertQueue = held(channel.assertQueue.bind(channel));
    if (step === 'prefetch') channel.prefetch = held(channel.prefetch.bind(channel));
    if (step === 'consume') channel.consume = held(channel.consume.bind(channel));
    return channel;
  };
  connection.createChannel = step === 'createChannel' ? held(open) : open;
  return { reached: reached.promise, release: () => released.resolve() };
}

describe('a listener that stops while its channel is set up again', () => {
  let broker: SpecBroker;
  let context: string;

  beforeEach(() => {
    broker = new SpecBroker();
    context = freshContext();
  });

  afterEach(() => broker.close());

  // After `consume` it is a listener like any other.
  const steps = (['createChannel', 'assertQueue', 'prefetch', 'consume'] as const)
    .flatMap((step) => (['before', 'after'] as const).map((when) => ({ step, when })))
    .slice(0, -1);

  it.each(steps)('takes nothing ($when $step), and what waits stays in its place', async ({ step, when }) => {
    const at = { lane: 'subscription', context, subscription: 'watch' } as const;
    const [sender, transport] = await Promise.all([broker.transport(), broker.transport()]);
    const ran: unknown[] = [];
    const listening = await transport.listen(at, async ({ envelope }) => void ran.push(envelope.data));
    const { reached, release } = holdUp(transport, step, when);
    closeChannels(transport);
    await reached;
    await sendAll(sender, [eventEnvelope(context, 'a', 1), eventEnvelope(context, 'a', 2)], at);
    const stopped = listening.stop();
    release();
    await stopped;
    await until('the channel is gone', () => channelsOf(Reflect.get(transport, 'consuming')).length === 0);
    expect(await (await broker.channel()).checkQueue(`${context}.watch`)).toMatchObject({
      messageCount: 2,
      consumerCount: 0,
    });
    expect(ran).toEqual([]);
    await sender.listen(at, async ({ envelope }) => void ran.push(envelope.data));
    await until('the next one has both', () => ran.length === 2);
    expect(ran).toEqual([1, 2]);
  });

  it('ends with its connection when the broker does not answer the goodbye', async () => {
    const proxy = await CuttableProxy.before(brokerUrl());
    const connection = await connect(proxy.url);
    connection.on('error', () => undefined);
    try {
      const channel = await connection.createChannel();
      proxy.mute(true);
      let ended = false;
      const ending = endChannel(channel).then(() => (ended = true));
      await new Promise(setImmediate);
      expect(ended).toBe(false);
      proxy.cut();
      await ending;
      // And again: what is closed is closed.
      await endChannel(channel);
    } finally {
      await proxy.close();
    }
  });
});
