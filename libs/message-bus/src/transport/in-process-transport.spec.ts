import { afterEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { InProcessTransport, type Address } from '../index.js';
import { answerTo, commandEnvelope, eventEnvelope } from '../testing/index.js';

// What every transport owes is in the conformance kit; here is what only this one does.

const requests: Address = { lane: 'requests', context: 'stock' };
const watch: Address = { lane: 'subscription', context: 'shop', subscription: 'watch' };
const { signal } = new AbortController();
const command = () => commandEnvelope('stock', null);
const event = (subject: string | undefined, data: unknown = null) => eventEnvelope('stock', subject, data);

let transport = new InProcessTransport();

afterEach(async () => {
  await transport.close();
  // Rejections that nobody handles fail a Jest test; they are seen a turn later.
  await turn();
  transport = new InProcessTransport();
});

describe('a rejected delivery', () => {
  it('rejects its send with what the handler threw; those behind it of its subject did not run, and say so', async () => {
    const handled: unknown[] = [];
    const boom = new Error('boom');
    await transport.listen(watch, async ({ envelope: { data } }) => {
      if (data === 'bad') throw boom;
      await turn();
      handled.push(data);
    });
    const sends = [event('a', 'bad'), event('a', 'after'), event('a', 'last'), event('b', 'other')].map((each) =>
      transport.send(each, watch, signal),
    );
    const ended = await Promise.allSettled(sends);
    expect(ended.map((each) => (each.status === 'fulfilled' ? 'taken' : each.reason))).toEqual([
      boom,
      expect.any(NotDeliveredError),
      expect.any(NotDeliveredError),
      'taken',
    ]);
    expect(handled).toEqual(['other']);
  });

  it('leaves its subject free: the next send is handed over', async () => {
    let fail = true;
    const handled: unknown[] = [];
    await transport.listen(watch, ({ envelope: { data } }) => {
      if (fail) throw new Error('thrown, not rejected');
      handled.push(data);
      return Promise.resolve();
    });
    const sendPair = (): Promise<PromiseSettledResult<void>[]> =>
      Promise.allSettled([1, 2].map((nth) => transport.send(event('a', nth), watch, signal)));
    expect((await sendPair()).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fail = false;
    expect((await sendPair()).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(handled).toEqual([1, 2]);
  });

  it('that ends after its sender gave up is no unhandled rejection', async () => {
    const gate = Promise.withResolvers<void>();
    const sender = new AbortController();
    await transport.listen(watch, () => gate.promise);
    await transport.listen(requests, () => gate.promise);
    const sent = Promise.allSettled(
      [event('a'), event('a'), event(undefined)].map((each) => transport.send(each, watch, sender.signal)),
    );
    const asked = transport.request(command(), requests, sender.signal);
    sender.abort();
    // The second had not begun.
    expect(await sent).toEqual(
      [OutcomeUnknownError, NotDeliveredError, OutcomeUnknownError].map((error) => ({
        status: 'rejected',
        reason: expect.any(error),
      })),
    );
    await expect(asked).rejects.toBeInstanceOf(OutcomeUnknownError);
    gate.reject(new Error('late'));
    await turn();
  });
});

describe('a send that is given up while it waits for its turn', () => {
  it('says that nothing of it ran, and nothing of it does', async () => {
    const gate = Promise.withResolvers<void>();
    const sender = new AbortController();
    const handled: unknown[] = [];
    await transport.listen(watch, async ({ envelope: { data } }) => {
      handled.push(data);
      await gate.promise;
    });
    const first = transport.send(event('a', 1), watch, signal);
    const second = transport.send(event('a', 2), watch, sender.signal);
    const third = transport.send(event('a', 3), watch, signal);
    const thirdEnded = expect(third).rejects.toBeInstanceOf(NotDeliveredError);
    sender.abort();
    await expect(second).rejects.toBeInstanceOf(NotDeliveredError);
    gate.resolve();
    await first;
    // The third would overtake the second, which its sender sends again.
    await thirdEnded;
    expect(handled).toEqual([1]);
  });
});

describe('a listener that goes away', () => {
  it('leaves nobody waiting: what runs is answered, what comes is refused', async () => {
    const gate = Promise.withResolvers<void>();
    const listening = await transport.listen(requests, async (delivery) => {
      await gate.promise;
      await delivery.reply(answerTo(delivery.envelope, 'done'));
    });
    const asked = [transport.request(command(), requests, signal), transport.request(command(), requests, signal)];
    const stopped = listening.stop();
    await expect(transport.request(command(), requests, signal)).rejects.toBeInstanceOf(NotDeliveredError);
    gate.resolve();
    await stopped;
    expect((await Promise.all(asked)).map(({ data }) => data)).toEqual(['done', 'done']);
  });
});

describe('after 100,000 messages', () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const heap = (): number => {
    if (typeof collect === 'function') collect();
    return process.memoryUsage().heapUsed;
  };

  it('nothing of them is left', async () => {
    const tight = new InProcessTransport({ maxInFlight: 100 });
    const long = 'x'.repeat(500);
    await tight.listen(watch, async ({ envelope: { data } }) => {
      if (data === 'bad') throw new Error('bad');
    });
    await tight.listen(requests, (delivery) => delivery.reply(answerTo(delivery.envelope, null)));
    const [occurred, asked] = [event(undefined), command()];
    const before = heap();
    for (let nth = 0; nth < 500; nth += 1) {
      // Had one message been kept in hand, the bound would refuse one of the next hundred.
      const data = nth % 10 === 0 ? 'bad' : 'good';
      const batch = Array.from({ length: 100 }, (_, index) => ({
        ...occurred,
        data,
        subject: Buffer.from(`${long}${nth} ${index}`).toString('latin1'),
      }));
      const sent = await Promise.all(batch.map((each) => tight.send(each, watch, signal))).then(
        () => 'good',
        () => 'bad',
      );
      expect(sent).toBe(data);
      await Promise.all(Array.from({ length: 100 }, () => tight.request(asked, requests, signal)));
    }
    // 50,000 subjects alone are 25 MB.
    expect(heap() - before).toBeLessThan(8_000_000);
  });
});
