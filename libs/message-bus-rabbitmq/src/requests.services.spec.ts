import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { answerTo, commandEnvelope } from '@isolith/message-bus/testing';
import type { RabbitMqTransport } from './index.js';
import { freshContext, never, SpecBroker, until } from './spec-support/broker.js';

describe('requests over RabbitMQ', () => {
  let broker: SpecBroker;
  let caller: RabbitMqTransport;
  let receiver: RabbitMqTransport;
  let context: string;

  const requests = () => ({ lane: 'requests', context }) as const;
  const queries = () => ({ lane: 'queries', context }) as const;
  const command = () => commandEnvelope(context, null);

  beforeEach(async () => {
    broker = new SpecBroker();
    context = freshContext();
    [caller, receiver] = await Promise.all([broker.transport(), broker.transport()]);
  });

  afterEach(() => broker.close());

  it('are not delivered, at once, where no context ever listened, on both lanes', async () => {
    for (const to of [requests(), queries()]) await expect(caller.request(command(), to, never())).rejects.toBeInstanceOf(NotDeliveredError);
    expect(caller.metrics()).toMatchObject({ returned: 2, requests: 2, answered: 0 });
  });

  it('expire with their deadline on a lane whose listener is gone, and do not run when it comes back', async () => {
    const ran: unknown[] = [];
    const listen = () => receiver.listen(requests(), async (delivery) => {
      ran.push(delivery.envelope.data);
      await delivery.reply(answerTo(delivery.envelope, null));
    });
    await (await listen()).stop();
    const deadline = Date.now() + 300;
    const expired = caller.request({ ...commandEnvelope(context, 'expired'), deadline }, requests(), AbortSignal.timeout(300));
    await expect(expired).rejects.toBeInstanceOf(OutcomeUnknownError);
    await until('it has expired', () => Date.now() > deadline + 50);
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

  it('go to another replica when one stops, and every caller gets one answer', async () => {
    const other = await broker.transport();
    const ran: string[] = [];
    const handled = new Set<unknown>();
    const serve = (transport: RabbitMqTransport, name: string) => transport.listen(requests(), async (delivery) => {
      ran.push(name);
      handled.add(delivery.envelope.data);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      await delivery.reply(answerTo(delivery.envelope, delivery.envelope.data));
    });
    const first = await serve(receiver, 'first');
    await serve(other, 'second');
    const all = Array.from({ length: 400 }, (_, nth) => caller.request(commandEnvelope(context, nth), requests(), never()));
    await until('the first one has had some', () => ran.includes('first'));
    await first.stop();
    expect((await Promise.all(all)).map(({ data }) => data)).toEqual(all.map((_, nth) => nth));
    expect(ran).toContain('second');
    // At least once: the broker may lose the last acknowledgements of a channel that closes under load.
    expect(handled.size).toBe(400);
    expect(ran.length).toBeLessThan(480);
  });

  it('come again, to another replica, when one dies while it handles them', async () => {
    const other = await broker.transport();
    const started: boolean[] = [];
    await receiver.listen(requests(), ({ redelivered }) => (started.push(redelivered), new Promise(() => undefined)));
    const asked = caller.request(command(), requests(), never());
    await until('the first one runs', () => started.length === 1);
    await other.listen(requests(), (delivery) => (started.push(delivery.redelivered), delivery.reply(answerTo(delivery.envelope, 'second'))));
    await receiver.close();
    expect((await asked).data).toBe('second');
    expect(started).toEqual([false, true]);
    expect(other.metrics().redelivered).toBe(1);
  });

  it('that nobody can read are set aside with their bytes, and their caller is told', async () => {
    await receiver.listen(requests(), () => Promise.reject(new Error('must not run')));
    const channel = await broker.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const answers: unknown[] = [];
    await channel.consume(queue, (message) => void answers.push(message?.properties.type), { noAck: true });
    channel.sendToQueue(`${context}.requests`, Buffer.from('{"no": "envelope"'), { replyTo: queue, correlationId: 'x' });
    await until('the caller is told', () => answers.length === 1);
    const parked = await channel.get(`${context}.requests.malformed`, { noAck: true });
    expect([answers, parked === false ? undefined : parked.content.toString()]).toEqual([['isolith.malformed'], '{"no": "envelope"']);
    expect(receiver.metrics()).toMatchObject({ malformed: 1, rejected: 0 });
  });

  it('carry several megabytes both ways beside small ones', async () => {
    await receiver.listen(requests(), (delivery) => delivery.reply(answerTo(delivery.envelope, delivery.envelope.data)));
    const data = ['x'.repeat(5_000_000), 'y', 'z'.repeat(3_000_000)];
    const answers = await Promise.all(data.map((text) => caller.request(commandEnvelope(context, text), requests(), never())));
    expect(answers.map((answer) => answer.data === data[answers.indexOf(answer)])).toEqual([true, true, true]);
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

  it('name the queue and the argument when it was declared in another way', async () => {
    const channel = await broker.channel();
    broker.forget(`${context}.requests`);
    await channel.assertQueue(`${context}.requests`, { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-max-length': 5 } });
    const listening = receiver.listen(requests(), () => Promise.resolve());
    await expect(listening).rejects.toMatchObject({ queue: `${context}.requests`, argument: expect.stringMatching(/^x-(max-length|overflow|delivery-limit)$/) });
    expect(receiver.health()).toEqual({ connected: true, consumers: [] });
  });
});
