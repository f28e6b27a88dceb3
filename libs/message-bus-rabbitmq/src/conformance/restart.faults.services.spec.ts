import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerTo, commandEnvelope, eventEnvelope } from '@isolith/message-bus/testing';
import { RabbitMqTransport } from '../index.js';
import { broker, brokerIsOurs, freshVhost, type FreshVhost } from '../spec-support/broker-faults.js';
import { never, until } from '../spec-support/broker.js';
import { sendAll } from '../spec-support/send-all.js';

(brokerIsOurs ? describe : describe.skip)('a broker that fails', () => {
  let vhost: FreshVhost;
  let caller: RabbitMqTransport;
  let receiver: RabbitMqTransport;

  const at = { lane: 'subscription', context: 'orders', subscription: 'watch' } as const;
  const requests = { lane: 'requests', context: 'orders' } as const;
  const healthy = (): boolean =>
    [caller, receiver].every(
      (one) => one.health().connected && one.health().consumers.every(({ state }) => state === 'consuming'),
    );

  beforeAll(async () => {
    await broker.start();
    vhost = await freshVhost();
    caller = new RabbitMqTransport({ url: vhost.url, name: 'caller' });
    // A prefetch that is small: who handles more than that has got acknowledgements through.
    receiver = new RabbitMqTransport({ url: vhost.url, name: 'receiver', prefetch: 5 });
    await Promise.all([caller.connect(), receiver.connect()]);
  });

  afterAll(async () => {
    await Promise.all([caller.close(), receiver.close()]);
    await broker.start();
    await vhost.drop();
  });

  it.each(['stop', 'kill'] as const)(
    'keeps what it had confirmed over a %s, and everything flows again without a restart',
    async (fault) => {
      const arrived: unknown[] = [];
      const listening = await receiver.listen(at, async ({ envelope }) => void arrived.push(envelope.data));
      const serving = await receiver.listen(requests, (delivery) =>
        delivery.reply(answerTo(delivery.envelope, 'answer')),
      );
      await caller.request(commandEnvelope('orders', null), requests, never());
      await listening.stop();
      await sendAll(
        caller,
        [1, 2, 3].map((nth) => eventEnvelope('orders', 'a', nth)),
        at,
      );
      const again = await receiver.listen({ ...at, subscription: 'other' }, async () => undefined);
      await broker[fault]();
      await until('both notice', () => !caller.health().connected && !receiver.health().connected);
      await expect(caller.request(commandEnvelope('orders', null), requests, never())).rejects.toMatchObject({
        code: 'not-delivered',
      });
      await broker.start();
      await until('all consume', healthy);
      await until('requests are answered', () =>
        caller.request(commandEnvelope('orders', null), requests, AbortSignal.timeout(2_000)).then(
          () => true,
          () => false,
        ),
      );
      const resumed = await receiver.listen(at, async ({ envelope }) => void arrived.push(envelope.data));
      await until('what was confirmed arrives', () => arrived.length === 3);
      expect(arrived).toEqual([1, 2, 3]);
      await Promise.all([serving, again, resumed].map((one) => one.stop()));
    },
  );

  it('blocks those who publish while its memory is short, and they are told; acknowledgements go on', async () => {
    const patient = new RabbitMqTransport({ url: vhost.url, name: 'patient', patienceMs: 500, confirmWindow: 2 });
    await patient.connect();
    try {
      const arrived: unknown[] = [];
      await sendAll(
        patient,
        Array.from({ length: 50 }, (_, nth) => eventEnvelope('orders', `k${nth}`, nth)),
        at,
      );
      await broker.memoryAlarm(true);
      const sends = Array.from({ length: 20 }, (_, nth) =>
        patient.send(eventEnvelope('orders', `m${nth}`, 100 + nth), at, AbortSignal.timeout(5_000)).then(
          () => 'taken',
          (error: Error) => error.name,
        ),
      );
      const refused = await Promise.race(sends.slice(2));
      expect(refused).toBe('OverloadedError');
      const listening = await receiver.listen(at, async ({ envelope }) => void arrived.push(envelope.data));
      await until('ten times the prefetch is handled', () => arrived.length === 50);
      await broker.memoryAlarm(false);
      await Promise.all(sends);
      await until('it flows again', () =>
        patient.send(eventEnvelope('orders', 'z', 200), at, AbortSignal.timeout(2_000)).then(
          () => true,
          () => false,
        ),
      );
      await until('it arrives', () => arrived.includes(200));
      await listening.stop();
    } finally {
      await broker.memoryAlarm(false);
      await patient.close();
    }
  });
});
