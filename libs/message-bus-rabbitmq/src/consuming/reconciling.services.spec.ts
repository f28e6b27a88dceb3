import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { answerTo, commandEnvelope, eventEnvelope } from '@isolith/message-bus/testing';
import type { Channel } from 'amqplib';
import { brokerAddresses } from '../connection/broker-address.js';
import { RabbitMqTransport } from '../index.js';
import { KeptChannel } from '../connection/kept-channel.js';
import { driverVersion } from '../connection/driver-version.js';
import { Link } from '../connection/link.js';
import { Writes } from '../connection/writes.js';
import { newMetrics } from '../connection/metrics.js';
import { brokerUrl, freshContext, never, SpecBroker, until } from '../spec-support/broker.js';
import { closeChannels } from '../spec-support/close-channels.js';
import { CuttableProxy } from '../spec-support/cuttable-proxy.js';
import { sendAll } from '../spec-support/send-all.js';

describe('connection, channel and consumer', () => {
  let broker: SpecBroker;
  let proxy: CuttableProxy;
  let context: string;

  const at = () => ({ lane: 'subscription', context, subscription: 'watch' }) as const;
  const requests = () => ({ lane: 'requests', context }) as const;
  const healthy = (transport: RabbitMqTransport) => () =>
    transport.health().connected && transport.health().consumers.every(({ state }) => state === 'consuming');

  beforeEach(async () => {
    broker = new SpecBroker();
    context = freshContext();
    proxy = await CuttableProxy.before(brokerUrl());
  });

  afterEach(async () => {
    proxy.mute(false);
    proxy.refuse(false);
    await broker.close();
    await proxy.close();
  });

  it('leave a send whose confirm is lost with an unknown outcome, at once, and the next one works', async () => {
    const transport = await broker.transport({ url: proxy.url });
    await transport.send(eventEnvelope(context, 'a', 0), at(), never());
    proxy.mute(true);
    const sent = sendAll(transport, [eventEnvelope(context, 'a', 1), eventEnvelope(context, 'a', 2)], at());
    const channel = await broker.channel();
    await until('the broker has it', async () => (await channel.checkQueue(`${context}.watch`)).messageCount === 2);
    proxy.cut();
    await expect(sent).rejects.toBeInstanceOf(OutcomeUnknownError);
    proxy.mute(false);
    await until('it is connected again', healthy(transport));
    await until('it sends again', () =>
      transport.send(eventEnvelope(context, 'a', 1), at(), never()).then(
        () => true,
        () => false,
      ),
    );
    expect(transport.metrics()).toMatchObject({ unconfirmedLost: 1, connectionsLost: 2 });
  });

  it('leave a caller whose answer is lost with an unknown outcome, at once, and asking again is answered', async () => {
    const [caller, receiver] = [await broker.transport({ url: proxy.url }), await broker.transport()];
    let ran = 0;
    await receiver.listen(
      requests(),
      (delivery) => ((ran += 1), delivery.reply(answerTo(delivery.envelope, 'answer'))),
    );
    // Its lane is open from here on.
    await caller.request(commandEnvelope(context, null), requests(), never());
    proxy.mute(true);
    const envelope = commandEnvelope(context, null);
    const asked = caller.request(envelope, requests(), never());
    await until('it ran', () => ran === 2);
    proxy.cut();
    await expect(asked).rejects.toBeInstanceOf(OutcomeUnknownError);
    proxy.mute(false);
    await until('it is connected again', healthy(caller));
    expect((await caller.request(envelope, requests(), never())).data).toBe('answer');
  });

  it('leave callers whose request is being handled with an unknown outcome, at once, on both lanes', async () => {
    const [caller, receiver] = [await broker.transport({ url: proxy.url }), await broker.transport()];
    let running = 0;
    for (const lane of ['requests', 'queries'] as const)
      await receiver.listen({ lane, context }, () => ((running += 1), new Promise(() => undefined)));
    const asked = (['requests', 'queries'] as const).map((lane) =>
      caller.request(commandEnvelope(context, null), { lane, context }, never()),
    );
    await until('both run, and the command is confirmed', () => running === 2 && caller.metrics().confirmed === 1);
    const outcomes = Promise.allSettled(asked);
    proxy.cut();
    expect(
      (await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason instanceof OutcomeUnknownError),
    ).toEqual([true, true]);
    expect(caller.metrics().unanswered).toBe(2);
  });

  it('say so while the broker is away, refuse at once, and go on by themselves when it is back', async () => {
    const [caller, receiver] = [await broker.transport({ url: proxy.url }), await broker.transport({ url: proxy.url })];
    const arrived: unknown[] = [];
    await receiver.listen(requests(), (delivery) => delivery.reply(answerTo(delivery.envelope, 'answer')));
    await receiver.listen(at(), async ({ envelope }) => void arrived.push(envelope.data));
    proxy.refuse(true);
    await until('both notice', () => !caller.health().connected && !receiver.health().connected);
    expect(receiver.health().consumers).toEqual([
      { address: `${context}.requests`, state: 'reconciling', taken: 0 },
      { address: `${context}.watch`, state: 'reconciling', taken: 0 },
    ]);
    const began = Date.now();
    await expect(caller.request(commandEnvelope(context, null), requests(), never())).rejects.toBeInstanceOf(
      NotDeliveredError,
    );
    await expect(
      caller.request(commandEnvelope(context, null), { lane: 'queries', context }, never()),
    ).rejects.toBeInstanceOf(NotDeliveredError);
    await expect(caller.send(eventEnvelope(context, 'a', 1), at(), never())).rejects.toBeInstanceOf(NotDeliveredError);
    expect(Date.now() - began).toBeLessThan(5_000);
    await until(
      'several attempts failed',
      () => broker.problems.filter((line) => line.includes('cannot connect')).length > 4,
    );
    proxy.refuse(false);
    await until('all consume again', () => healthy(caller)() && healthy(receiver)());
    expect((await caller.request(commandEnvelope(context, null), requests(), never())).data).toBe('answer');
    await caller.send(eventEnvelope(context, 'a', 1), at(), never());
    await until('the event arrives', () => arrived.length === 1);
  });

  it('begin without a broker: listeners are registered, and work when it comes', async () => {
    proxy.refuse(true);
    const transport = new RabbitMqTransport({ url: proxy.url, name: 'spec' });
    try {
      await expect(transport.connect()).rejects.toBeInstanceOf(NotDeliveredError);
      await transport.listen(requests(), (delivery) => delivery.reply(answerTo(delivery.envelope, 'answer')));
      broker.forget(`${context}.requests`);
      expect(transport.health()).toMatchObject({
        connected: false,
        consumers: [{ address: `${context}.requests`, state: 'reconciling' }],
      });
      proxy.refuse(false);
      await until('it consumes', healthy(transport));
      expect((await transport.request(commandEnvelope(context, null), requests(), never())).data).toBe('answer');
    } finally {
      await transport.close();
    }
  });

  it('have a channel that the broker closed opened again, and tell who waits on it', async () => {
    const link = new Link({
      addresses: brokerAddresses(brokerUrl()),
      name: 'spec',
      metrics: newMetrics(),
      writes: new Writes(driverVersion(), () => undefined),
      onProblem: () => undefined,
    });
    const lost: (string | undefined)[] = [];
    let ready = 0;
    const kept = new KeptChannel<Channel>(link, {
      open: (connection) => connection.createChannel(),
      setup: async () => undefined,
      ready: () => void (ready += 1),
      lost: (_, reason) => void lost.push(reason?.message),
      failed: () => undefined,
    });
    try {
      await link.start();
      for (const nth of [1, 2, 3]) {
        await until('a channel is ready', () => ready === nth);
        await expect(kept.current?.checkQueue('no such queue')).rejects.toThrow(/404/);
      }
      await until('the fourth is ready', () => ready === 4);
      expect(lost).toEqual(Array.from({ length: 3 }, () => expect.stringContaining('NOT_FOUND')));
    } finally {
      await kept.close();
      await link.close();
    }
  });

  it('have a consumer whose channel the broker closed consume again, in order, without running a key twice at once', async () => {
    const transport = await broker.transport();
    const [starts, ends, release] = [new Array<unknown>(), new Array<unknown>(), Promise.withResolvers<void>()];
    await transport.listen(at(), async ({ envelope }) => {
      starts.push(envelope.data);
      if (starts.length === 1) await release.promise;
      ends.push(envelope.data);
    });
    await sendAll(
      transport,
      [1, 2, 3].map((nth) => eventEnvelope(context, 'a', nth)),
      at(),
    );
    await until('the first runs', () => starts.length === 1);
    closeChannels(transport);
    await until('it was lost', () => transport.health().consumers.some(({ state }) => state === 'reconciling'));
    await until('it consumes again', healthy(transport));
    expect(starts).toEqual([1]);
    release.resolve();
    await until('all are handled', () => ends.includes(3));
    expect(ends).toEqual([1, 1, 2, 3]);
    expect((await (await broker.channel()).checkQueue(`${context}.watch`)).messageCount).toBe(0);
  });

  it('have a queue that was deleted under its consumer declared and consumed again', async () => {
    const transport = await broker.transport();
    const arrived: unknown[] = [];
    await transport.listen(at(), async ({ envelope }) => void arrived.push(envelope.data));
    await transport.listen(requests(), (delivery) => delivery.reply(answerTo(delivery.envelope, 'answer')));
    const channel = await broker.channel();
    for (const queue of [`${context}.watch`, `${context}.requests`]) await channel.deleteQueue(queue);
    await until(
      'both were noticed',
      () => broker.problems.filter((line) => line.includes('the broker ended the consumer')).length === 2,
    );
    await until('both consume again', healthy(transport));
    await until('an event is taken', () =>
      transport.send(eventEnvelope(context, 'a', 1), at(), never()).then(
        () => true,
        () => false,
      ),
    );
    await until('it arrives', () => arrived.length === 1);
    expect((await transport.request(commandEnvelope(context, null), requests(), never())).data).toBe('answer');
  });
});
