import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type ChannelModel, type ConsumeMessage, type Options } from 'amqplib';
import { brokerUrl, freshContext, SpecBroker, until } from '../spec-support/broker.js';
import { RabbitMqTransport } from '../index.js';
import { driverVersion } from './driver-version.js';
import { writesOf } from './writes-of.js';
import { seeded } from '../spec-support/seeded.js';

describe.each([
  ['direct writes', driverVersion()],
  ["the driver's own writes", '2.99.0'],
])('%s', (_, version) => {
  let broker: SpecBroker;
  let connection: ChannelModel;
  let queue: string;
  const random = seeded();

  beforeEach(async () => {
    broker = new SpecBroker();
    queue = freshContext();
    broker.forget(queue);
    connection = await connect(brokerUrl(), { noDelay: true });
    writesOf(connection.connection, version).begin();
  });

  afterEach(async () => {
    await connection.close();
    await broker.close();
  });

  it('keep the order of a channel among messages of every size, confirm all, and deliver what was said', async () => {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue(queue);
    const sent: { readonly content: string; readonly options: Options.Publish }[] = [];
    for (let index = 0; index < 4_000; index += 1) {
      // Small ones are written here, large ones in several frames by amqplib, and together they fill the socket.
      const size = [0, 10, 700, 8_192, 8_193, 20_000, 200_000][Math.floor(random() ** 3 * 7)] ?? 0;
      const options = {
        correlationId: `${index}`,
        persistent: index % 2 === 0,
        mandatory: index % 3 === 0,
        ...(index % 5 === 0 ? { type: 'ü' } : { type: 't' }),
        ...(index % 7 === 0 ? { expiration: 600_000 } : {}),
      };
      const message = { content: `${index}`.padEnd(size, '.').slice(0, size), options };
      sent.push(message);
      channel.sendToQueue(queue, Buffer.from(message.content), options);
      if (random() < 0.02) await new Promise((resolve) => setImmediate(resolve));
    }
    await channel.waitForConfirms();
    const received: ConsumeMessage[] = [];
    await channel.consume(queue, (message) => {
      if (message === null) return;
      received.push(message);
      channel.ack(message, received.length % 2 === 0);
    });
    await until('all have come', () => received.length === sent.length);
    expect(
      received.map(({ content, properties: { correlationId, deliveryMode, type } }) => ({
        content: content.toString(),
        correlationId,
        deliveryMode,
        type,
      })),
    ).toEqual(
      sent.map(({ content, options: { correlationId, persistent, type } }) => ({
        content,
        correlationId,
        deliveryMode: persistent === true ? 2 : 1,
        type,
      })),
    );
    await channel.close();
    expect((await (await broker.channel()).checkQueue(queue)).messageCount).toBe(0);
  });

  it('refuse on a channel that is closing, and leave the connection open', async () => {
    const channel = await connection.createChannel();
    await channel.assertQueue(queue);
    channel.sendToQueue(queue, Buffer.from('before'));
    const closed = channel.close();
    expect(() => channel.sendToQueue(queue, Buffer.from('behind'))).toThrow('Channel closing');
    await closed;
    const other = await connection.createChannel();
    await until('the one before is there', async () => (await other.checkQueue(queue)).messageCount === 1);
  });
});

describe('a transport', () => {
  it.each([
    ['of the driver that is known', driverVersion(), 'written directly', []],
    [
      'of another one',
      '2.99.0',
      'written by the driver: amqplib 2.99.0 is not',
      ['messages are written by the driver'],
    ],
  ])('%s says how its messages are written', async (_, version, seen, told) => {
    const lines: string[] = [];
    const transport = new RabbitMqTransport(
      { url: brokerUrl(), name: 'spec', onProblem: (line) => void lines.push(line) },
      version,
    );
    await transport.connect();
    expect(transport.health().writes).toContain(seen);
    expect(lines).toEqual(told.map((line) => expect.stringContaining(line)));
    await transport.close();
  });
});
