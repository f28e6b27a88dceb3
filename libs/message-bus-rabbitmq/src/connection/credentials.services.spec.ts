import { randomBytes } from 'node:crypto';
import { afterEach, expect, it } from '@jest/globals';
import { addressName } from '@isolith/message-bus';
import { RabbitMqTransport } from '../index.js';
import { freshVhost, type FreshVhost } from '../spec-support/broker-faults.js';
import { manage } from '../spec-support/management.js';

const CONTEXT = 'orders';
let vhost: FreshVhost;
let user: string;
let transport: RabbitMqTransport;
afterEach(async () => {
  await transport.close();
  await vhost.drop();
  await manage('DELETE', ['users', user]);
});

it.each(['pässwörd', '100%2F:@/?#[]', '密码 \u{1F600}'])(
  'an account with the password %p, in a user and a URL that encode it, is let in (fault 16)',
  async (password) => {
    vhost = await freshVhost();
    user = `käufer@${randomBytes(4).toString('hex')}`;
    await manage('PUT', ['users', user], { password, tags: '' });
    await manage('PUT', ['permissions', vhost.name, user], { configure: '.*', write: '.*', read: '.*' });
    const url = new URL(vhost.url);
    url.username = encodeURIComponent(user);
    url.password = encodeURIComponent(password);
    transport = new RabbitMqTransport({ url: url.href, name: 'spec' });
    await transport.connect();
    const listening = await transport.listen({ lane: 'requests', context: CONTEXT }, async () => undefined);
    expect(transport.health().consumers).toEqual([
      expect.objectContaining({ address: addressName({ lane: 'requests', context: CONTEXT }), state: 'consuming' }),
    ]);
    await listening.stop();
  },
);
