import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Envelope } from '@isolith/contracts';
import { eventEnvelope } from '@isolith/message-bus/testing';
import { brokerAddresses } from '../connection/broker-address.js';
import { ConfirmedPublisher } from './confirmed-publisher.js';
import { BROADCAST_EXCHANGE, QueueMismatchError, type RabbitMqTransport } from '../index.js';
import { driverVersion } from '../connection/driver-version.js';
import { Link } from '../connection/link.js';
import { Writes } from '../connection/writes.js';
import { newMetrics } from '../connection/metrics.js';
import { brokerUrl, freshContext, never, SpecBroker, until } from '../spec-support/broker.js';
import { driverTakenFor } from '../spec-support/driver.js';
import { seeded } from '../spec-support/seeded.js';
import { sendAll } from '../spec-support/send-all.js';

describe('events over RabbitMQ', () => {
  let broker: SpecBroker;
  let transport: RabbitMqTransport;
  let context: string;

  const random = seeded();
  const at = () => ({ lane: 'subscription', context, subscription: 'watch' }) as const;
  const event = (subject: string, nth: number): Envelope => eventEnvelope(context, subject, nth);

  beforeEach(async () => {
    broker = new SpecBroker();
    context = freshContext();
    transport = await broker.transport({ prefetch: 20 });
  });

  afterEach(() => broker.close());

  it('wait for a consumer that was never there', async () => {
    await transport.send(event('a', 1), at(), never());
    const arrived: unknown[] = [];
    await (await broker.transport()).listen(at(), async ({ envelope }) => void arrived.push(envelope.data));
    await until('it arrives', () => arrived.length === 1);
  });

  it('keep the order of each key over a drain with prefetched work and a takeover by another replica', async () => {
    const subjects = ['a', 'b', 'c', 'd', 'e'];
    const handled = new Map<string, number[]>(subjects.map((subject) => [subject, []]));
    const by = new Set<string>();
    let overlapping = 0;
    const running = new Map<string, number>();
    const handle =
      (name: string) =>
      async ({ envelope: { subject = '', data } }: { envelope: Envelope }): Promise<void> => {
        by.add(name);
        running.set(subject, (running.get(subject) ?? 0) + 1);
        if ((running.get(subject) ?? 0) > 1) overlapping += 1;
        await new Promise((resolve) => setTimeout(resolve, random() * 4));
        running.set(subject, (running.get(subject) ?? 0) - 1);
        handled.get(subject)?.push(Number(data));
      };
    const count = 60;
    const events = Array.from({ length: count }, (_, nth) => subjects.map((subject) => event(subject, nth))).flat();
    await sendAll(transport, events, at());
    const all = (): number => [...handled.values()].reduce((sum, seen) => sum + new Set(seen).size, 0);
    for (let nth = 0; all() < events.length; nth += 1) {
      const name = `replica ${nth}`;
      const [one, other] = await Promise.all([broker.transport({ prefetch: 20 }), broker.transport({ prefetch: 20 })]);
      const [first] = [await one.listen(at(), handle(name)), await other.listen(at(), handle(`${name}, standby`))];
      const before = all();
      await until('some are handled', () => all() >= Math.min(events.length, before + 25));
      await first.stop();
      expect(one.metrics().handedBack + all()).toBeGreaterThan(0);
      const then = all();
      await until('the standby takes over', () => all() >= Math.min(events.length, then + 25));
      await other.close();
    }
    // A replica that is closed while it handles leaves what ran to be delivered again; one that is stopped does not.
    const firsts = [...handled.values()].map((seen) => seen.filter((nth, index) => seen.indexOf(nth) === index));
    expect(firsts).toEqual(subjects.map(() => Array.from({ length: count }, (_, nth) => nth)));
    expect(by.size).toBeGreaterThan(2);
    expect(overlapping).toBeLessThan(subjects.length * by.size);
  });

  it('are not handled twice, nor out of order, by an orderly drain', async () => {
    const count = 200;
    await sendAll(
      transport,
      Array.from({ length: count }, (_, nth) => event(`s${nth % 3}`, nth)),
      at(),
    );
    const handled: number[] = [];
    while (handled.length < count) {
      const replica = await broker.transport({ prefetch: 20 });
      const listening = await replica.listen(at(), async ({ envelope }) => {
        await new Promise((resolve) => setTimeout(resolve, random() * 3));
        handled.push(Number(envelope.data));
      });
      const before = handled.length;
      await until('some are handled', () => handled.length >= Math.min(count, before + 15));
      await listening.stop();
      await replica.close();
    }
    expect(handled.length).toBe(count);
    for (const rest of [0, 1, 2]) {
      const seen = handled.filter((nth) => nth % 3 === rest);
      expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    }
  });

  it('that are poison hold up their own key, with a growing rest between attempts, and nobody else', async () => {
    const attempts: number[] = [];
    const handled: string[] = [];
    let poisoned = true;
    await transport.listen(at(), async ({ envelope: { subject, data } }) => {
      if (subject === 'bad' && data === 1) {
        attempts.push(Date.now());
        if (poisoned) throw new Error('poison');
      }
      handled.push(`${subject} ${String(data)}`);
    });
    await sendAll(transport, [event('bad', 1), event('bad', 2), event('good', 1), event('good', 2)], at());
    await until('it was tried three times', () => attempts.length === 3);
    expect(handled).toEqual(['good 1', 'good 2']);
    const [first = 0, second = 0, third = 0] = attempts;
    expect(third - second).toBeGreaterThan(second - first);
    poisoned = false;
    await until('all are handled', () => handled.length === 4);
    expect(handled.slice(2)).toEqual(['bad 1', 'bad 2']);
    expect(transport.metrics()).toMatchObject({ rejected: 3, redelivered: 0 });
    const { confirms } = transport.health();
    expect(confirms.count).toBeGreaterThan(0);
    expect(confirms.seconds).toBeGreaterThan(0);
  });

  it('that nobody can read are set aside, and the rest goes on', async () => {
    const arrived: unknown[] = [];
    await transport.listen(at(), async ({ envelope }) => void arrived.push(envelope.data));
    const channel = await broker.channel();
    for (const bytes of ['', 'no JSON', '{"specversion":"1.0"}'])
      channel.sendToQueue(`${context}.watch`, Buffer.from(bytes), { persistent: true });
    await transport.send(event('a', 1), at(), never());
    const parked = async (): Promise<number> => (await channel.checkQueue(`${context}.watch.malformed`)).messageCount;
    await until(
      'three are set aside',
      async () => transport.metrics().malformed === 3 && transport.metrics().confirmed === 4 && (await parked()) === 3,
    );
    await until('the event arrives', () => arrived.length === 1);
    expect((await channel.checkQueue(`${context}.watch`)).messageCount).toBe(0);
  });

  it('that nobody can read are kept nowhere when they were broadcast, and the rest goes on', async () => {
    const arrived: unknown[] = [];
    await transport.listen({ lane: 'broadcast' }, async ({ envelope }) => void arrived.push(envelope.subject));
    (await broker.channel()).publish(BROADCAST_EXCHANGE, '', Buffer.from('no JSON'));
    await until('it has come', () => transport.metrics().malformed === 1);
    const subject = `a ${context}`;
    await transport.send(event(subject, 1), { lane: 'broadcast' }, never());
    await until('the event arrives', () => arrived.includes(subject));
    expect(await broker.exists(`${BROADCAST_EXCHANGE}.malformed`)).toBe(false);
  });

  it('are refused with OverloadedError when the queue is full, and order is kept when it has room again', async () => {
    const channel = await broker.channel();
    const queue = `${context}.small`;
    broker.forget(queue);
    await channel.assertQueue(queue, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-max-length': 5, 'x-overflow': 'reject-publish' },
    });
    const metrics = newMetrics();
    const link = new Link({
      addresses: brokerAddresses(brokerUrl()),
      name: 'spec',
      metrics,
      writes: new Writes(driverTakenFor() ?? driverVersion(), () => undefined),
      onProblem: () => undefined,
    });
    const publisher = new ConfirmedPublisher({
      link,
      metrics,
      onProblem: () => undefined,
      bounds: { unconfirmed: 100, unconfirmedBytes: 1_000_000, waiting: 1_000, patienceMs: 5_000 },
    });
    await link.start();
    try {
      const sends = Array.from(
        { length: 60 },
        (_, nth) =>
          new Promise<string>((resolve) => {
            publisher.submit({
              exchange: '',
              routingKey: queue,
              content: Buffer.from(`${nth}`),
              options: { persistent: true },
              token: `${nth}`,
              key: `k${nth % 2}`,
              taken: () => resolve('taken'),
              failed: (error) => resolve(error.name),
            });
          }),
      );
      const outcomes = await Promise.all(sends);
      expect(new Set(outcomes)).toEqual(new Set(['taken', 'OverloadedError', 'NotDeliveredError']));
      // Of each key a beginning was taken, and nothing after the first refusal.
      for (const rest of [0, 1]) {
        const ofKey = outcomes.filter((_, nth) => nth % 2 === rest);
        expect(ofKey.lastIndexOf('taken')).toBeLessThan(ofKey.indexOf('OverloadedError'));
      }
      expect(metrics.nacked).toBeGreaterThan(0);
    } finally {
      await publisher.close();
      await link.close();
    }
  });

  it('are not sent to a queue that was declared in another way', async () => {
    const channel = await broker.channel();
    broker.forget(`${context}.watch`);
    await channel.assertQueue(`${context}.watch`, { durable: true });
    await expect(transport.send(event('a', 1), at(), never())).rejects.toBeInstanceOf(QueueMismatchError);
    expect((await channel.checkQueue(`${context}.watch`)).messageCount).toBe(0);
  });

  it('find their queue again after it was deleted', async () => {
    await transport.send(event('a', 1), at(), never());
    await (await broker.channel()).deleteQueue(`${context}.watch`);
    await expect(transport.send(event('a', 2), at(), never())).rejects.toMatchObject({ code: 'not-delivered' });
    await transport.send(event('a', 2), at(), never());
    expect((await (await broker.channel()).checkQueue(`${context}.watch`)).messageCount).toBe(1);
  });
});
