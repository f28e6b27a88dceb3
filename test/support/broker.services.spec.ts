import { describe, expect, test } from '@jest/globals';
import { connect, type ChannelModel } from 'amqplib';
import { once } from 'node:events';
import { broker, freshVhost } from './broker.js';
import { describeWithFaults } from './describe-with-faults.js';

async function connected(url: string): Promise<ChannelModel> {
  const connection = await connect(url, { noDelay: true });
  connection.on('error', () => undefined);
  return connection;
}

describe('the virtual host of a spec file', () => {
  test('is empty and alone, and is gone with all that is in it after drop', async () => {
    const [one, other] = await Promise.all([freshVhost(), freshVhost()]);
    const [connection, elsewhere] = await Promise.all([connected(one.url), connected(other.url)]);
    const channel = await connection.createChannel();
    await channel.assertQueue('mine', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    const stranger = await elsewhere.createChannel();
    const refused = once(stranger, 'error');
    await expect(stranger.checkQueue('mine')).rejects.toThrow(/NOT_FOUND/);
    await refused;
    const closed = Promise.all([once(connection, 'close'), once(elsewhere, 'close')]);
    await Promise.all([one.drop(), other.drop()]);
    await closed;
    await expect(connect(one.url)).rejects.toThrow();
  });

  test('tells a consumer that its queue was deleted', async () => {
    const vhost = await freshVhost();
    const connection = await connected(vhost.url);
    const channel = await connection.createChannel();
    await channel.assertQueue('mine', { durable: true });
    const told = new Promise((resolve) => {
      void channel.consume('mine', (message) => message === null && resolve('told'));
    });
    await channel.checkQueue('mine');
    await broker.deleteQueue(vhost.name, 'mine');
    expect(await told).toBe('told');
    await expect(broker.deleteQueue(vhost.name, 'mine')).rejects.toThrow(/404/);
    await connection.close();
    await vhost.drop();
  });
});

describeWithFaults('closing the connections of a virtual host', () => {
  test('closes all of it, nothing else, and refuses when there is none', async () => {
    const [one, other] = await Promise.all([freshVhost(), freshVhost()]);
    const [first, second, elsewhere] = await Promise.all([
      connected(one.url),
      connected(one.url),
      connected(other.url),
    ]);
    const closed = Promise.all([once(first, 'close'), once(second, 'close')]);
    expect(await broker.closeConnections(one.name)).toBe(2);
    await closed;
    const channel = await elsewhere.createChannel();
    await channel.close();
    await elsewhere.close();
    await expect(broker.closeConnections(one.name)).rejects.toThrow(/none is open/);
    await Promise.all([one.drop(), other.drop()]);
  });
});
