import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect, type ChannelModel } from 'amqplib';
import { once } from 'node:events';
import { broker, freshVhost, type FreshVhost } from './broker.js';
import { describeWithFaults } from './describe-with-faults.js';

const QUEUE = { durable: true, arguments: { 'x-queue-type': 'quorum' } };

async function connected(url: string): Promise<ChannelModel> {
  const connection = await connect(url, { noDelay: true });
  connection.on('error', () => undefined);
  return connection;
}

describeWithFaults('the broker under test', () => {
  let vhost: FreshVhost;

  beforeAll(async () => {
    vhost = await freshVhost();
  });

  afterAll(async () => {
    await broker.start();
    await vhost.drop();
  });

  test.each(['stop', 'kill'] as const)(
    'is gone after %s, and back on the same port with its data after start',
    async (fault) => {
      const connection = await connected(vhost.url);
      const channel = await connection.createConfirmChannel();
      channel.on('error', () => undefined);
      await channel.assertQueue(fault, QUEUE);
      channel.sendToQueue(fault, Buffer.from('kept'), { persistent: true });
      await channel.waitForConfirms();
      // Not once(): a kill is an error first, and an error would end that wait.
      const closed = new Promise((resolve) => connection.on('close', resolve));
      await broker[fault]();
      await closed;
      await expect(connect(vhost.url)).rejects.toThrow(/ECONNREFUSED/);
      await broker.start();

      const again = await connected(vhost.url);
      const reader = await again.createChannel();
      const found = await new Promise<string>((resolve, reject) => {
        reader.consume(fault, (message) => resolve(message?.content.toString() ?? 'cancelled')).catch(reject);
      });
      expect(found).toBe('kept');
      await again.close();
    },
  );

  test('holds up who publishes while memory is short', async () => {
    const connection = await connected(vhost.url);
    const channel = await connection.createChannel();
    const [blocked, unblocked] = [once(connection, 'blocked'), once(connection, 'unblocked')];
    await broker.memoryAlarm(true);
    channel.publish('amq.fanout', '', Buffer.from('late'));
    await expect(blocked).resolves.toHaveLength(1);
    await broker.memoryAlarm(false);
    await expect(unblocked).resolves.toBeDefined();
    await connection.close();
  });
});
