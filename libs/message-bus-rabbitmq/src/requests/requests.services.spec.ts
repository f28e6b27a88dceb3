import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError, OutcomeUnknownError, UnknownMessageError, steadyNow } from '@isolith/contracts';
import type { Delivery } from '@isolith/message-bus';
import { answerTo, commandEnvelope } from '@isolith/message-bus/testing';
import { RabbitMqTransport } from '../index.js';
import { brokerUrl, freshContext, never, SpecBroker, until } from '../spec-support/broker.js';
import { driverTakenFor } from '../spec-support/driver.js';
import { seeded } from '../spec-support/seeded.js';

describe('requests over RabbitMQ', () => {
  let broker: SpecBroker;
  let caller: RabbitMqTransport;
  let receiver: RabbitMqTransport;
  let context: string;

  const random = seeded();
  const requests = () => ({ lane: 'requests', context }) as const;
  const queries = () => ({ lane: 'queries', context }) as const;
  const ignored = async (): Promise<void> => undefined;
  const command = () => commandEnvelope(context, null);

  beforeEach(async () => {
    broker = new SpecBroker();
    context = freshContext();
    [caller, receiver] = await Promise.all([broker.transport(), broker.transport()]);
  });

  afterEach(() => broker.close());

  it('are not delivered, at once, where no context ever listened, on both lanes', async () => {
    for (const to of [requests(), queries()])
      await expect(caller.request(command(), to, never())).rejects.toBeInstanceOf(NotDeliveredError);
    expect(caller.metrics()).toMatchObject({ returned: 2, requests: 2, answered: 0 });
  });

  it('have as many takers as listen now, of all hosts, and none where nobody ever listened', async () => {
    expect(await caller.takers(requests())).toBe(0);
    const takers = (count: number) =>
      until(`${count} take them`, async () => (await caller.takers(requests())) === count);
    const listening = await receiver.listen(requests(), ignored);
    await takers(1);
    await (await broker.transport()).listen(requests(), ignored);
    await takers(2);
    await listening.stop();
    await takers(1);
  });

  it('expire with their deadline on a lane whose listener is gone, and do not run when it comes back', async () => {
    const ran: unknown[] = [];
    const listen = () =>
      receiver.listen(requests(), async (delivery) => {
        ran.push(delivery.envelope.data);
        await delivery.reply(answerTo(delivery.envelope, null));
      });
    await (await listen()).stop();
    const deadline = steadyNow() + 300;
    const expired = caller.request(
      { ...commandEnvelope(context, 'expired'), deadline },
      requests(),
      AbortSignal.timeout(300),
    );
    await expect(expired).rejects.toBeInstanceOf(OutcomeUnknownError);
    await until('it has expired', () => steadyNow() > deadline + 50);
    await listen();
    await caller.request(commandEnvelope(context, 'in time'), requests(), never());
    expect(ran).toEqual(['in time']);
    expect(caller.metrics().unanswered).toBe(1);
  });

  it('are kept for a listener that comes back within their deadline', async () => {
    const listen = () => receiver.listen(requests(), (delivery) => delivery.reply(answerTo(delivery.envelope, 'kept')));
    await (await listen()).stop();
    const asked = caller.request(command(), requests(), never());
    await until('it is confirmed', () => caller.metrics().confirmed === 1);
    await listen();
    expect((await asked).data).toBe('kept');
  });

  it.each(['requests', 'queries'] as const)(
    'on the lane of %s go to another replica when one stops, and every one runs once',
    async (lane) => {
      const at = { lane, context } as const;
      const other = await broker.transport();
      const ran: string[] = [];
      const handled: unknown[] = [];
      const serve = (transport: RabbitMqTransport, name: string) =>
        transport.listen(at, async (delivery) => {
          ran.push(name);
          handled.push(delivery.envelope.data);
          await new Promise((resolve) => setTimeout(resolve, random() * 20));
          await delivery.reply(answerTo(delivery.envelope, delivery.envelope.data));
        });
      const first = await serve(receiver, 'first');
      await serve(other, 'second');
      const numbers = Array.from({ length: 1_000 }, (_, nth) => nth);
      const all = numbers.map((nth) => caller.request(commandEnvelope(context, nth), at, never()));
      await until('the first one has many', () => ran.filter((name) => name === 'first').length >= 100);
      await first.stop();
      const then = ran.filter((name) => name === 'first').length;
      expect((await Promise.all(all)).map(({ data }) => data)).toEqual(numbers);
      // Its channel is closed by now, and what the broker had not heard of would come again.
      expect(ran.filter((name) => name === 'first')).toHaveLength(then);
      expect(handled.toSorted((one, next) => Number(one) - Number(next))).toEqual(numbers);
    },
  );

  it('that were finished one by one, just before their replica stopped, do not run again', async () => {
    const gates = Array.from({ length: 200 }, () => Promise.withResolvers<void>());
    const ran: unknown[] = [];
    const handle =
      (gated: boolean) =>
      async (delivery: Delivery): Promise<void> => {
        const nth = Number(delivery.envelope.data);
        ran.push(nth);
        if (gated) await gates[nth]?.promise;
        await delivery.reply(answerTo(delivery.envelope, nth));
      };
    const first = await receiver.listen(requests(), handle(true));
    const all = gates.map((_, nth) => caller.request(commandEnvelope(context, nth), requests(), never()));
    await until('all run', () => ran.length === gates.length);
    await (await broker.transport()).listen(requests(), handle(false));
    const stopped = first.stop();
    // From the last to the first, so that each is acknowledged alone: more at once than are sent on to a quorum queue.
    for (const gate of gates.toReversed()) {
      gate.resolve();
      await new Promise(setImmediate);
    }
    await Promise.all([stopped, ...all]);
    const channel = await broker.channel();
    await until('nothing is left', async () => (await channel.checkQueue(`${context}.requests`)).messageCount === 0);
    await receiver.close();
    expect(ran).toHaveLength(gates.length);
  });

  it('come again, to another replica, when one dies while it handles them', async () => {
    const other = await broker.transport();
    const started: boolean[] = [];
    await receiver.listen(requests(), ({ redelivered }) => (started.push(redelivered), new Promise(() => undefined)));
    const asked = caller.request(command(), requests(), never());
    await until('the first one runs', () => started.length === 1);
    await other.listen(
      requests(),
      (delivery) => (started.push(delivery.redelivered), delivery.reply(answerTo(delivery.envelope, 'second'))),
    );
    await receiver.close();
    expect((await asked).data).toBe('second');
    expect(started).toEqual([false, true]);
    expect(other.metrics().redelivered).toBe(1);
  });

  it.each(['requests', 'queries'] as const)(
    'that nobody can read are kept nowhere on the lane of %s: their caller is told for good, and the next one is served',
    async (lane) => {
      const at = { lane, context } as const;
      const arrived: unknown[] = [];
      const listening = await receiver.listen(
        at,
        (delivery) => (arrived.push(delivery.envelope.data), delivery.reply(answerTo(delivery.envelope, 'served'))),
      );
      const unreadable = { ...command(), time: 'a secret' };
      for (let nth = 0; nth < 3; nth += 1)
        await expect(caller.request(unreadable, at, never())).rejects.toBeInstanceOf(UnknownMessageError);
      // Sent without a wish for an answer: there is nobody to tell.
      (await broker.channel()).sendToQueue(`${context}.${lane}`, Buffer.from('{"password": "a secret'));
      await until('all have come', () => receiver.metrics().malformed === 4);
      expect((await caller.request(commandEnvelope(context, 'good'), at, never())).data).toBe('served');
      expect([arrived, await broker.exists(`${context}.${lane}.malformed`)]).toEqual([['good'], false]);
      await listening.stop();
      expect((await (await broker.channel()).checkQueue(`${context}.${lane}`)).messageCount).toBe(0);
      expect(receiver.metrics()).toMatchObject({ malformed: 4, rejected: 0 });
      const told = broker.problems.filter((line) => line.includes('no envelope'));
      expect(told).toEqual([expect.stringContaining(`${context}.${lane}`)]);
      expect(told.join()).not.toContain('secret');
    },
  );

  it('that nobody can read may have run when another host had them before', async () => {
    await (await receiver.listen(requests(), ignored)).stop();
    const asked = caller.request({ ...command(), time: 'unreadable' }, requests(), never());
    const channel = await broker.channel();
    await until('another host has it', async () => (await channel.get(`${context}.requests`)) !== false);
    await broker.disconnect();
    await receiver.listen(requests(), ignored);
    await expect(asked).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(receiver.metrics()).toMatchObject({ malformed: 1, redelivered: 1 });
  });

  it('carry several megabytes both ways beside small ones', async () => {
    await receiver.listen(requests(), (delivery) =>
      delivery.reply(answerTo(delivery.envelope, delivery.envelope.data)),
    );
    const data = ['x'.repeat(4_000_000), 'y', 'z'.repeat(3_000_000)];
    const answers = await Promise.all(
      data.map((text) => caller.request(commandEnvelope(context, text), requests(), never())),
    );
    expect(answers.map((answer) => answer.data === data[answers.indexOf(answer)])).toEqual([true, true, true]);
  });

  it('that are larger than what is read are refused before they are sent, and so is an answer (fault 9)', async () => {
    const seen: string[] = [];
    for (const at of [requests(), queries()]) {
      await receiver.listen(at, async (delivery) => {
        seen.push(delivery.envelope.id);
        await delivery.reply(answerTo(delivery.envelope, 'a'.repeat(4_200_000)));
      });
      const tooLarge = caller.request(commandEnvelope(context, 'q'.repeat(4_200_000)), at, never());
      await expect(tooLarge).rejects.toMatchObject({
        code: 'message-too-large',
        message: expect.stringMatching(/has 4200\d{3} bytes, 4194304 at most/),
      });
      expect(await caller.request(commandEnvelope(context, 'small'), at, never())).toMatchObject({
        data: { outcome: 'error', detail: expect.stringContaining('bytes, 4194304 at most') },
      });
    }
    expect(seen).toHaveLength(2);
  });

  it('are bounded: beyond the bound the caller is told at once', async () => {
    const small = await broker.transport({ maxWaiting: 3 });
    let release = (): void => undefined;
    const opened = new Promise<void>((resolve) => (release = resolve));
    for (const at of [requests(), queries()]) {
      await receiver.listen(at, async (delivery) => {
        await opened;
        await delivery.reply(answerTo(delivery.envelope, null));
      });
      const asked = [1, 2, 3].map(() => small.request(command(), at, never()));
      await expect(small.request(command(), at, never())).rejects.toMatchObject({ code: 'overloaded' });
      release();
      await Promise.all(asked);
    }
  });

  it('are bounded while they wait for the channel too', async () => {
    const small = new RabbitMqTransport({ url: brokerUrl(), name: 'spec', maxWaiting: 3 }, driverTakenFor());
    try {
      // The connection is about to be there, so it is worth a wait.
      const connecting = small.connect();
      const asked = [1, 2, 3].map(() => small.request(command(), queries(), never()));
      await expect(small.request(command(), queries(), never())).rejects.toMatchObject({ code: 'overloaded' });
      await connecting;
      const outcomes = await Promise.allSettled(asked);
      expect(
        outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason instanceof NotDeliveredError),
      ).toEqual([true, true, true]);
    } finally {
      await small.close();
    }
  });

  it('name the queue and the argument when it was declared in another way', async () => {
    const channel = await broker.channel();
    broker.forget(`${context}.requests`);
    await channel.assertQueue(`${context}.requests`, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-max-length': 5 },
    });
    const listening = receiver.listen(requests(), () => Promise.resolve());
    await expect(listening).rejects.toMatchObject({
      queue: `${context}.requests`,
      argument: expect.stringMatching(/^x-(max-length|overflow|delivery-limit)$/),
    });
    expect(receiver.health()).toMatchObject({ connected: true, consumers: [] });
  });
});
