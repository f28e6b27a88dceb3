import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RemoteRefusedError, type Address, type Joining } from '@isolith/message-bus';
import { connect } from 'amqplib';
import { RabbitMqTransport } from '../index.js';
import { freshVhost, type FreshVhost } from '../spec-support/broker-faults.js';
import { manage } from '../spec-support/management.js';

const mails: Address = { lane: 'subscription', context: 'mail', subscription: 'orders' };
const joining: Joining = {
  claims: [
    { context: 'orders', installation: '5b1c6f1e-0000-4000-8000-000000000000', database: 'database shop at db' },
  ],
  listensAt: [
    { lane: 'requests', context: 'orders' },
    { lane: 'queries', context: 'orders' },
    { lane: 'broadcast' },
    { lane: 'subscription', context: 'orders', subscription: 'stock' },
  ],
  sendsTo: [mails],
};

describe('a host that begins', () => {
  let vhost: FreshVhost;
  let transport: RabbitMqTransport | undefined;

  beforeEach(async () => {
    vhost = await freshVhost();
  });
  afterEach(async () => {
    await transport?.close();
    await vhost.drop();
  });

  const refusals = async (url = vhost.url): Promise<readonly string[]> => {
    transport = new RabbitMqTransport({ url, name: 'spec' });
    const refused = await transport.connect(joining).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refused === undefined) return [];
    if (!(refused instanceof RemoteRefusedError)) throw refused;
    return refused.refusals.map(({ what, detail }) => `${what}: ${detail}`);
  };

  it('finds an empty virtual host as it must be, and leaves no message in it', async () => {
    expect(await refusals()).toEqual([]);
  });

  it('names every queue that is there in another form, each argument with what was found and what is expected', async () => {
    const connection = await connect(vhost.url);
    const channel = await connection.createChannel();
    await channel.assertQueue('orders.requests', {
      durable: true,
      arguments: { 'x-max-length': 4, 'x-queue-type': 'quorum' },
    });
    await channel.assertQueue('orders.queries', { durable: false });
    await channel.assertQueue('mail.orders', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.assertQueue('orders.stock.dead', { durable: false, exclusive: true });
    const found = await refusals();
    expect(found).toEqual([
      expect.stringContaining('queue orders.requests has x-max-length 4, expected 100000'),
      expect.stringMatching(/queue orders.queries has durable false, expected true; .*x-expires none, expected 10000/),
      expect.stringContaining('queue orders.stock.dead is exclusive'),
      expect.stringContaining('queue mail.orders has x-'),
    ]);
    expect(found[0]).toContain('x-delivery-limit none, expected 1000');
    expect(found[0]).toContain('x-overflow none, expected reject-publish');
    expect(found[3]).toContain('x-single-active-consumer none, expected true');
    await connection.close();
  });

  describe('with an account that has too few rights', () => {
    let user: string;
    beforeEach(async () => {
      user = `zoë-${randomBytes(4).toString('hex')}`;
      await manage('PUT', ['users', user], { password: 'pä%/ß', tags: '' });
    });
    afterEach(() => manage('DELETE', ['users', user]));

    const allowed = async (configure: string, write: string, read: string): Promise<string> => {
      await manage('PUT', ['permissions', vhost.name, user], { configure, write, read });
      const url = new URL(vhost.url);
      url.username = encodeURIComponent(user);
      url.password = encodeURIComponent('pä%/ß');
      return url.href;
    };

    it('works with the rights that the guide names, whatever letters its name and password are of (fault 16)', async () => {
      const names = '^(isolith|orders|mail)\\.';
      expect(await refusals(await allowed(names, `${names}|^amq\\.default$`, names))).toEqual([]);
    });

    it.each([
      [
        'none',
        ['', '', ''],
        [/isolith\.owner\.orders/, /write permission on amq\.default/, /queue 'orders\.requests'/],
      ],
      ['no right to read', ['.*', '.*', ''], [/isolith\.owner\.orders/, /listening at orders\.requests takes read/]],
      ['no right to write', ['.*', '', '.*'], [/write permission on amq\.default/]],
    ] as const)('%s, names what it lacks and for which resource', async (_, [configure, write, read], expected) => {
      const found = await refusals(await allowed(configure, write, read));
      for (const pattern of expected) expect(found).toContainEqual(expect.stringMatching(pattern));
      for (const line of found) expect(line).toMatch(new RegExp(`^rights: .*refused for user '${user}'; .*permission`));
    });
  });
});
