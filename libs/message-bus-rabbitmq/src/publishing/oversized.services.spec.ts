import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SetAside } from '@isolith/message-bus';
import { answerTo, commandEnvelope, eventEnvelope } from '@isolith/message-bus/testing';
import { z } from 'zod';
import { freshContext, never, SpecBroker, until } from '../spec-support/broker.js';

setFlagsFromString('--expose-gc');
const gc = z.custom<() => void>((found) => typeof found === 'function').parse(runInNewContext('gc'));
/** Buffers are freed beside the program; the second collection waits for those of the first. */
const collectGarbage = (): void => {
  gc();
  gc();
};

const MIB = 2 ** 20;
/** JSON that would take many times its size in memory, were it parsed. */
const poison = Buffer.alloc(48 * MIB, '[],');

describe('messages larger than any host sends', () => {
  let broker: SpecBroker;
  let context: string;
  beforeEach(() => {
    broker = new SpecBroker();
    context = freshContext();
  });
  afterEach(() => broker.close());

  it('are set aside unread, by head, size and digest; those between them are handled, in little memory (fault 25)', async () => {
    const at = { lane: 'subscription', context, subscription: 'watch' } as const;
    const sender = await broker.transport();
    await sender.send(eventEnvelope(context, 'a', 0), at, never());
    const raw = await broker.channel();
    for (let nth = 1; nth <= 3; nth += 1) {
      raw.sendToQueue(`${context}.watch`, poison, { persistent: true });
      raw.sendToQueue(`${context}.watch`, Buffer.from('garbage'), { persistent: true });
      await until(
        'the broker has the poison',
        async () => (await raw.checkQueue(`${context}.watch`)).messageCount === 3 * nth,
      );
      await sender.send(eventEnvelope(context, 'a', nth), at, never());
    }
    const receiver = await broker.transport();
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const got: unknown[] = [];
    const aside: SetAside[] = [];
    await receiver.listen(
      at,
      async ({ envelope }) => {
        // What was dropped and not collected yet is nobody's.
        collectGarbage();
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        got.push(envelope.data);
      },
      async (what) => void aside.push(what),
    );
    await until('all good ones are handled, all others kept', () => got.length === 4 && aside.length === 6, 60_000);
    expect(got).toEqual([0, 1, 2, 3]);
    // One of them, put together, takes twice its size; three that are kept thrice.
    expect(most).toBeLessThan(80 * MIB);
    const kept = aside.map((what) => ('raw' in what ? Buffer.from(what.raw).toString() : ''));
    const large = kept.filter((text) => text.includes(`a message of ${poison.length} bytes`));
    expect(large).toHaveLength(3);
    for (const text of large) {
      expect(text).toContain(createHash('sha256').update(poison).digest('hex'));
      expect(text.length).toBeLessThan(5_000);
    }
    expect(receiver.metrics()).toMatchObject({ connectionsLost: 0, malformed: 6 });
  });

  it('are refused on a lane of requests, and the next one is answered (fault 25)', async () => {
    const at = { lane: 'requests', context } as const;
    const [caller, receiver] = [await broker.transport(), await broker.transport()];
    await receiver.listen(at, (delivery) => delivery.reply(answerTo(delivery.envelope, 'yes')));
    (await broker.channel()).sendToQueue(`${context}.requests`, poison, { persistent: true });
    await until('it is refused', () => receiver.metrics().malformed === 1, 60_000);
    expect((await caller.request(commandEnvelope(context, null), at, never())).data).toBe('yes');
  });
});
