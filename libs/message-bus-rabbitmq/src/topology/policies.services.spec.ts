import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Joining } from '@isolith/message-bus';
import { RabbitMqTransport } from '../index.js';
import { until } from '../spec-support/broker.js';
import { freshVhost, type FreshVhost } from '../spec-support/broker-faults.js';
import { manage } from '../spec-support/management.js';

const joining: Joining = {
  claims: [],
  listensAt: [
    { lane: 'requests', context: 'orders' },
    { lane: 'queries', context: 'orders' },
  ],
  sendsTo: [{ lane: 'subscription', context: 'mail', subscription: 'orders' }],
};

describe('policies of the broker', () => {
  let vhost: FreshVhost;
  let transport: RabbitMqTransport | undefined;
  let problems: string[];

  beforeEach(async () => {
    vhost = await freshVhost();
    problems = [];
  });
  afterEach(async () => {
    await transport?.close();
    await vhost.drop();
  });

  const set = (name: string, definition: object, kind = 'policies'): Promise<unknown> =>
    manage('PUT', [kind, vhost.name, name], { pattern: '.*', definition, 'apply-to': 'queues' });
  const begin = async (management = new URL(process.env['ISOLITH_TEST_MANAGEMENT_URL'] ?? '').origin) => {
    const url = new URL(vhost.url);
    url.searchParams.set('management', management);
    transport = new RabbitMqTransport({ url: url.href, name: 'spec', onProblem: (line) => void problems.push(line) });
    await transport.connect(joining);
    return transport;
  };
  const named = (one: RabbitMqTransport, name: string): string =>
    one.health().impairments.find((each) => each.name === name)?.reason ?? '';

  it('that undo a guarantee are named with their queues, when they are set while a host runs and when it starts (fault 11)', async () => {
    const running = await begin();
    expect(running.health()).toMatchObject({ impairments: [], policies: expect.stringContaining('seen by') });
    await set('short', { 'message-ttl': 60_000, 'max-length': 500, overflow: 'drop-head' });
    await until('it is noticed', () => running.health().impairments.length > 0, 60_000);
    expect(named(running, 'mail.orders')).toContain(
      'policy short sets message-ttl to 60000: what waits for longer is dropped',
    );
    expect(named(running, 'mail.orders')).toContain('overflow to drop-head: a full queue drops');
    expect(problems.filter((line) => line.startsWith('mail.orders has lost a guarantee'))).toHaveLength(1);
    expect(running.health().impairments.every(({ effect }) => effect === 'degraded')).toBe(true);
    await running.close();
    const another = await begin();
    await until('it is noticed at the start', () => named(another, 'mail.orders') !== '', 60_000);
  });

  it.each([
    ['expires', { expires: 1_800_000 }, 'is deleted with all that it holds'],
    ['delivery-limit', { 'delivery-limit': 3 }, 'guilty or not'],
  ] as const)('of an operator are seen as well: %s (fault 11)', async (_, definition, harm) => {
    await set('operators', definition, 'operator-policies');
    const running = await begin();
    await until('it is noticed', () => named(running, 'orders.requests').includes(harm), 60_000);
  });

  it('that only make queues shorter, and refuse what is too much, harm nobody', async () => {
    await set('bounded', { 'max-length': 500, 'max-length-bytes': 10_000_000 });
    const running = await begin();
    await until('it was looked', () => running.health().policies.startsWith('seen'), 60_000);
    expect(running.health().impairments).toEqual([]);
  });

  it('that cannot be seen are said to be so', async () => {
    expect((await begin('http://127.0.0.1:1')).health().policies).toMatch(/^can't be seen: .*127\.0\.0\.1:1/);
    await transport?.close();
    expect((await begin('off')).health().policies).toContain('management=off');
  });
});
