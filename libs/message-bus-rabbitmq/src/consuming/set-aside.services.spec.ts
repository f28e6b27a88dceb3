import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { codec, type Envelope } from '@isolith/contracts';
import type { SetAside } from '@isolith/message-bus';
import { eventEnvelope } from '@isolith/message-bus/testing';
import { brokerUrl, freshContext, never, SpecBroker, until } from '../spec-support/broker.js';
import { closeChannels, isConnected } from '../spec-support/close-channels.js';
import { manage } from '../spec-support/management.js';

describe('what the broker set aside', () => {
  let broker: SpecBroker;
  let context: string;

  const at = () => ({ lane: 'subscription', context, subscription: 'watch' }) as const;
  const queue = () => `${context}.watch`;
  const ignored = async (): Promise<void> => undefined;
  const event = (subject: string, nth: number): Envelope => eventEnvelope(context, subject, nth);

  beforeEach(() => {
    broker = new SpecBroker();
    context = freshContext();
    broker.forget(queue());
  });

  afterEach(() => broker.close());

  const countOf = async (name: string): Promise<number> =>
    (await (await broker.channel()).checkQueue(name)).messageCount;
  /** As the broker would, in the place of a message that it gave up. */
  const bury = async (...envelopes: readonly Envelope[]): Promise<void> => {
    const channel = await broker.channel();
    for (const envelope of envelopes)
      channel.sendToQueue(`${queue()}.dead`, Buffer.from(codec.encode(envelope)), {
        persistent: true,
        headers: { 'x-first-death-reason': 'delivery_limit' },
      });
  };

  it('because it was delivered too often comes back to its consumer, with its envelope and the reason', async () => {
    const transport = await broker.transport();
    const aside: SetAside[] = [];
    const seen: unknown[] = [];
    const listening = await transport.listen(
      at(),
      ({ envelope }) => {
        seen.push(envelope.data);
        return envelope.data === 'deadly' ? new Promise(() => undefined) : Promise.resolve();
      },
      async (what) => void aside.push(what),
    );
    const vhost = decodeURIComponent(new URL(brokerUrl()).pathname.slice(1)) || '/';
    await manage('PUT', ['policies', vhost, queue()], {
      pattern: `^${queue()}$`,
      definition: { 'delivery-limit': 2 },
      'apply-to': 'queues',
    });
    try {
      const envelope = { ...event('a', 1), data: 'deadly' };
      await transport.send(envelope, at(), never());
      // Each time as if the host had died: the broker takes back what was in its hands, and counts.
      for (let deaths = 1; aside.length === 0; deaths += 1) {
        await until(
          'it was delivered, or given up',
          () => aside.length > 0 || (transport.metrics().delivered >= deaths && isConnected(transport)),
        );
        if (aside.length === 0) closeChannels(transport);
      }
      expect(aside).toEqual([{ envelope, reason: expect.stringMatching(/^delivered too often/) }]);
      await transport.send(event('a', 2), at(), never());
      await until(
        'it is settled',
        async () => (await countOf(`${queue()}.dead`)) === 0 && transport.metrics().collected === 1,
      );
    } finally {
      await manage('DELETE', ['policies', vhost, queue()]);
      await Promise.race([listening.stop(), transport.close()]);
    }
  });

  it('because nobody could read it comes with its bytes and the reason; what a later host can read, as an envelope', async () => {
    const transport = await broker.transport();
    const aside: SetAside[] = [];
    const before = event('a', 1);
    const channel = await broker.channel();
    await (await transport.listen(at(), ignored)).stop();
    await (await transport.listen(at(), ignored, async () => undefined)).stop();
    channel.sendToQueue(`${queue()}.malformed`, Buffer.from(codec.encode(before)), { persistent: true });
    await transport.listen(at(), ignored, async (what) => void aside.push(what));
    channel.sendToQueue(queue(), Buffer.from('no JSON'), { persistent: true });
    await until('both came', () => aside.length === 2);
    const bytes = aside.find((what) => 'raw' in what);
    expect(bytes).toMatchObject({ reason: 'not an envelope: /: not JSON' });
    expect(Buffer.from(bytes !== undefined && 'raw' in bytes ? bytes.raw : []).toString()).toBe('no JSON');
    expect(aside.find((what) => 'envelope' in what)).toEqual({
      envelope: before,
      reason: 'set aside by a host that could not read it',
    });
    await until('they are settled', async () => (await countOf(`${queue()}.malformed`)) === 0);
    expect(transport.metrics()).toMatchObject({ malformed: 1, collected: 2 });
  });

  it('stays where it is while its consumer can not keep it, in the order of its subject, and others go on', async () => {
    const transport = await broker.transport();
    const kept: string[] = [];
    let offers = 0;
    let away = true;
    const take = async (what: SetAside): Promise<void> => {
      if (!('envelope' in what)) throw new Error('an envelope was expected');
      const { subject = '', data } = what.envelope;
      if (subject === 'a' && away) {
        offers += 1;
        throw new Error('the database is away');
      }
      kept.push(`${subject} ${String(data)}`);
    };
    const listening = await transport.listen(at(), ignored, take);
    await bury(event('a', 1), event('a', 2), event('b', 1));
    await until('it was offered three times', () => offers === 3);
    expect(kept).toEqual(['b 1']);
    // The host stops: what it could not keep is there for the next one.
    await listening.stop();
    await until('it is back in its place', async () => (await countOf(`${queue()}.dead`)) === 2);
    away = false;
    await transport.listen(at(), ignored, take);
    await until('all are kept', () => kept.length === 3);
    expect(kept).toEqual(['b 1', 'a 1', 'a 2']);
  });

  it('goes to one replica at a time, in order, and to the next one when that one ends', async () => {
    const replicas = await Promise.all([1, 2].map(() => broker.transport()));
    const kept: string[] = [];
    const listenings = await Promise.all(
      replicas.map((replica, nth) =>
        replica.listen(at(), ignored, async ({ reason: _, ...what }) => {
          await new Promise((resolve) => setTimeout(resolve, 2));
          if ('envelope' in what) kept.push(`${nth} ${String(what.envelope.data)}`);
        }),
      ),
    );
    const numbers = (from: number): readonly Envelope[] =>
      Array.from({ length: 30 }, (_, index) => event('a', from + index));
    const data = (): readonly number[] => kept.map((line) => Number(line.split(' ')[1]));
    await bury(...numbers(0));
    await until('all are kept', () => kept.length === 30);
    const [first = '0'] = kept[0]?.split(' ') ?? [];
    expect(new Set(kept.map((line) => line.split(' ')[0]))).toEqual(new Set([first]));
    await listenings[Number(first)]?.stop();
    await bury(...numbers(30));
    await until('the other one has them', () => kept.length === 60);
    expect(data()).toEqual(Array.from({ length: 60 }, (_, nth) => nth));
    expect(new Set(kept.slice(30).map((line) => line.split(' ')[0]))).toEqual(new Set([first === '0' ? '1' : '0']));
  });

  it('is left to whoever collects already; and of two that see one another both let go', async () => {
    const consumers = async (): Promise<number> =>
      (await (await broker.channel()).checkQueue(`${queue()}.dead`)).consumerCount;
    const transport = await broker.transport();
    const kept: unknown[] = [];
    const take = async (what: SetAside): Promise<void> => void kept.push(what);
    await (await transport.listen(at(), ignored)).stop();
    const channel = await broker.channel();
    const [began, other] = [Date.now(), await channel.consume(`${queue()}.dead`, () => undefined)];
    await transport.listen(at(), ignored, take);
    // Its first look comes within a second; what it does not do then can only be seen by time passing.
    await until('it has looked', () => Date.now() - began > 1_200);
    expect(await consumers()).toBe(1);
    await channel.cancel(other.consumerTag);
    await until('it collects', async () => (await consumers()) === 1);
    await channel.consume(`${queue()}.dead`, () => undefined);
    await until('it lets go', async () => (await consumers()) === 1);
    await bury(event('a', 1));
    await until('the other one has it', async () => (await countOf(`${queue()}.dead`)) === 0);
    expect(kept).toEqual([]);
  });

  it('stays in its queue where no consumer asks for it', async () => {
    const transport = await broker.transport();
    await transport.listen(at(), ignored);
    (await broker.channel()).sendToQueue(queue(), Buffer.from('no JSON'), { persistent: true });
    await until('it is set aside', () => transport.metrics().malformed === 1 && transport.metrics().confirmed === 1);
    expect(await countOf(`${queue()}.malformed`)).toBe(1);
  });
});
