import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addressName, type Address } from '@isolith/message-bus';
import { answerTo, commandEnvelope, eventEnvelope } from '@isolith/message-bus/testing';
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { RabbitMqTransport } from '../index.js';
import { never, until } from '../spec-support/broker.js';
import { broker, brokerIsOurs, freshVhost, type FreshVhost } from '../spec-support/broker-faults.js';
import { manage } from '../spec-support/management.js';

const subscription = (context: string): Address => ({ lane: 'subscription', context, subscription: 'watch' });
const good = 'good';
/** Contexts whose queues can't be used, each for another reason. */
const bad = ['leaderless', 'other-arguments', 'locked', 'forbidden'] as const;
const REASONS: Readonly<Record<(typeof bad)[number], RegExp>> = {
  leaderless: /can't serve it/,
  'other-arguments': /it has another x-/,
  locked: /has it for itself/,
  forbidden: /may not use it/,
};

(brokerIsOurs ? describe : describe.skip)('queues that cannot be used, of every kind', () => {
  let vhost: FreshVhost;
  let user: string;
  let raw: ChannelModel;
  let channel: Channel;
  let transport: RabbitMqTransport;
  let problems: string[];

  beforeEach(async () => {
    vhost = await freshVhost();
    raw = await connect(vhost.url);
    channel = await raw.createChannel();
    user = `spec-${randomBytes(4).toString('hex')}`;
    await manage('PUT', ['users', user], { password: 'p', tags: '' });
    const names = '^(?!forbidden)';
    await manage('PUT', ['permissions', vhost.name, user], { configure: names, write: names, read: names });
    const url = new URL(vhost.url);
    [url.username, url.password] = [user, 'p'];
    problems = [];
    transport = new RabbitMqTransport({
      url: url.href,
      name: 'spec',
      onProblem: (line, error) => void problems.push(`${line}: ${error instanceof Error ? error.message : ''}`),
    });
  });
  afterEach(async () => {
    await transport.close();
    await raw.close();
    await vhost.drop();
    await manage('DELETE', ['users', user]);
  });

  /** Makes the queue at this address one that can't be used. */
  const spoil = async (kind: (typeof bad)[number], queue: string): Promise<void> => {
    switch (kind) {
      case 'leaderless':
        return broker.loseLeader(vhost.name, queue);
      case 'other-arguments':
        return void (await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } }));
      case 'locked':
        return void (await channel.assertQueue(queue, { exclusive: true }));
      case 'forbidden':
        return;
    }
  };

  it('are named in health with why, are tried again, and are nobody else’s trouble (fault 26)', async () => {
    const healthy = new RabbitMqTransport({ url: vhost.url, name: 'spec before' });
    await healthy.connect();
    for (const at of [subscription('leaderless'), { lane: 'requests', context: 'leaderless' } as const])
      await (await healthy.listen(at, async () => undefined)).stop();
    await healthy.close();
    for (const kind of bad) for (const lane of ['watch', 'requests']) await spoil(kind, `${kind}.${lane}`);

    await transport.connect();
    const got: unknown[] = [];
    const at = subscription(good);
    await transport.listen(at, async ({ envelope }) => void got.push(envelope.data));
    for (const lane of ['requests', 'queries'] as const)
      await transport.listen({ lane, context: good }, (delivery) => delivery.reply(answerTo(delivery.envelope, 'yes')));
    const addresses = bad.flatMap((context): Address[] => [subscription(context), { lane: 'requests', context }]);
    await Promise.all(addresses.map((each) => transport.listen(each, async () => undefined).catch(() => undefined)));
    for (const context of bad)
      void transport.send(eventEnvelope(context, 'a', 0), subscription(context), never()).catch(() => undefined);

    await until('all are named', () => {
      const named = transport.health().impairments.filter(({ kind }) => kind !== 'relay');
      // Where the arguments are others a listener is refused at once.
      return addresses
        .map(addressName)
        .every((name) => name.startsWith('other-arguments') || named.some((each) => each.name === name));
    });
    for (const { name, reason, effect } of transport.health().impairments) {
      const kind = bad.find((each) => name.startsWith(each)) ?? 'leaderless';
      expect([name, reason, effect]).toEqual([name, expect.stringMatching(REASONS[kind]), 'degraded']);
    }
    const before = problems.length;
    const tried = (queue: string): number =>
      problems.slice(before).filter((line) => line.startsWith(`${queue} cannot be consumed`)).length;
    for (let sent = 0; tried('leaderless.watch') < 3 || tried('leaderless.requests') < 2; sent += 1) {
      await transport.send(eventEnvelope(good, 'a', sent), at, never());
      await transport.request(commandEnvelope(good, null), { lane: 'requests', context: good }, never());
      await transport.request(commandEnvelope(good, null), { lane: 'queries', context: good }, never());
      await new Promise((resolve) => setTimeout(resolve, 20));
      await until('it came', () => got.length === sent + 1);
    }
    expect(
      problems
        .slice(before)
        .filter((line) => line.startsWith(good) || (line.includes('lost the connection') && !line.includes('alone'))),
    ).toEqual([]);
    expect(
      transport
        .health()
        .consumers.filter(({ address }) => address.startsWith(good))
        .map(({ state }) => state),
    ).toEqual(['consuming', 'consuming', 'consuming']);
  });

  it('hold up nobody else when they confirm nothing: neither events nor commands (fault 26)', async () => {
    await transport.connect();
    const silent = [subscription('silent'), { lane: 'requests', context: 'silent' } as const];
    for (const at of silent) {
      await (await transport.listen(at, async () => undefined)).stop();
      await broker.silence(vhost.name, addressName(at), true);
    }
    await transport.listen({ lane: 'requests', context: good }, (delivery) =>
      delivery.reply(answerTo(delivery.envelope, 'yes')),
    );
    const patience = new AbortController();
    const stuck = Array.from({ length: 400 }, (_, nth) => [
      transport.send(eventEnvelope('silent', `key ${nth}`, nth), subscription('silent'), patience.signal),
      transport.request(commandEnvelope('silent', null), { lane: 'requests', context: 'silent' }, patience.signal),
    ]).flat();
    const ended = Promise.allSettled(stuck);
    for (let sent = 0; sent < 20; sent += 1) {
      await transport.send(eventEnvelope(good, 'a', sent), subscription(good), AbortSignal.timeout(10_000));
      await transport.request(
        commandEnvelope(good, null),
        { lane: 'requests', context: good },
        AbortSignal.timeout(10_000),
      );
    }
    patience.abort();
    expect((await ended).filter(({ status }) => status === 'fulfilled')).toEqual([]);
    for (const at of silent) await broker.silence(vhost.name, addressName(at), false);
  });

  it('are used again when what was wrong with them is over', async () => {
    await spoil('locked', 'locked.watch');
    await transport.connect();
    const got: unknown[] = [];
    await transport.listen(subscription('locked'), async ({ envelope }) => void got.push(envelope.data));
    await until('it is named', () => transport.health().impairments.length > 0);
    await channel.deleteQueue('locked.watch');
    await until('it consumes', () => transport.health().consumers.every(({ state }) => state === 'consuming'));
    await until('nothing is named', () => transport.health().impairments.length === 0);
    await transport.send(eventEnvelope('locked', 'a', 'x'), subscription('locked'), never());
    await until('it came', () => got.length === 1);
  });
});
