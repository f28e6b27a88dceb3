import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RemoteRefusedError, type Claim, type Joining } from '@isolith/message-bus';
import { RabbitMqTransport } from '../index.js';
import { claimName } from './claims.js';
import { until } from '../spec-support/broker.js';
import { freshVhost, type FreshVhost } from '../spec-support/broker-faults.js';
import { CuttableProxy } from '../spec-support/cuttable-proxy.js';
import { manage } from '../spec-support/management.js';

const [ours, theirs] = [randomUUID(), randomUUID()];
const claim = (context: string, installation: string): Claim => ({
  context,
  installation,
  database: `database ${installation.slice(0, 4)} at db`,
});
const bringing = (...claims: readonly Claim[]): Joining => ({ claims, listensAt: [], sendsTo: [] });

describe('a virtual host', () => {
  let vhost: FreshVhost;
  let open: RabbitMqTransport[];
  let problems: string[];

  beforeEach(async () => {
    vhost = await freshVhost();
    open = [];
    problems = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((transport) => transport.close()));
    await vhost.drop();
  });

  const transport = (url = vhost.url): RabbitMqTransport => {
    const one = new RabbitMqTransport({ url, name: 'spec', onProblem: (line) => void problems.push(line) });
    open.push(one);
    return one;
  };
  const refusalOf = async (joining: Joining): Promise<RemoteRefusedError> => {
    const refused = await transport()
      .connect(joining)
      .then(
        () => 'it was let in',
        (error: unknown) => error,
      );
    if (!(refused instanceof RemoteRefusedError)) throw new Error(`expected a refusal, got ${String(refused)}`);
    return refused;
  };
  const claimed = async (): Promise<readonly string[]> => {
    const exchanges = await manage('GET', ['exchanges', vhost.name]);
    return (Array.isArray(exchanges) ? exchanges : [])
      .map((one) => String(Object(one).name))
      .filter((one) => one.startsWith('isolith.'));
  };

  it('belongs to the installation that came first; another one is refused with both named (fault 3)', async () => {
    await transport().connect(bringing(claim('orders', ours), claim('stock', ours)));
    const { medium, refusals } = await refusalOf(bringing(claim('orders', theirs), claim('stock', theirs)));
    expect(medium).toBe(vhost.url.replace(/\/\/.*@/, '//'));
    expect(refusals.map(({ what }) => what)).toEqual(['claimed', 'claimed']);
    expect(refusals[0]?.detail).toContain(`orders belongs to installation ${ours} here`);
    expect(refusals[0]?.detail).toContain(`(database ${theirs.slice(0, 4)} at db) is of installation ${theirs}`);
  });

  it('is open to all hosts of its installation, at once and one after the other, with any contexts', async () => {
    await Promise.all(
      [['orders'], ['orders', 'stock'], ['stock', 'mail'], []].map((contexts) =>
        transport().connect(bringing(...contexts.map((context) => claim(context, ours)))),
      ),
    );
    await transport().connect(bringing(claim('orders', ours), claim('mail', ours)));
    expect((await claimed()).toSorted()).toEqual(['mail', 'orders', 'stock'].map(claimName));
  });

  it('goes to one of two installations that come at once', async () => {
    const outcomes = await Promise.allSettled(
      [ours, theirs].map((id) => transport().connect(bringing(claim('orders', id)))),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('keeps what nobody has claimed free when it refuses somebody', async () => {
    await transport().connect(bringing(claim('orders', ours)));
    await refusalOf(bringing(claim('stock', theirs), claim('orders', theirs)));
    await expect(transport().connect(bringing(claim('stock', ours)))).resolves.toBeUndefined();
  });

  it('that is replaced by an empty one is claimed by whoever is connected, without a hand', async () => {
    const proxy = await CuttableProxy.before(vhost.url);
    const host = transport(proxy.url);
    await host.connect(bringing(claim('orders', ours)));
    proxy.refuse(true);
    await manage('DELETE', ['exchanges', vhost.name, claimName('orders')]);
    proxy.refuse(false);
    await until('it is connected again', () => host.health().connected);
    await refusalOf(bringing(claim('orders', theirs)));
    await host.close();
    await proxy.close();
  });

  it('that is replaced by the one of another installation is left alone until it is let go of, and health says so (fault 3)', async () => {
    const proxy = await CuttableProxy.before(vhost.url);
    const host = transport(proxy.url);
    await host.connect(bringing(claim('orders', ours)));
    proxy.refuse(true);
    await manage('DELETE', ['exchanges', vhost.name, claimName('orders')]);
    const other = transport();
    await other.connect(bringing(claim('orders', theirs)));
    proxy.refuse(false);
    await until('it is refused', () => host.health().impairments.length > 0);
    expect(host.health()).toMatchObject({
      connected: false,
      impairments: [{ kind: 'broker', name: 'claimed', effect: 'not-ready' }],
    });
    expect(problems.filter((line) => line.includes('may not use the broker')).length).toBeLessThanOrEqual(2);
    await other.close();
    await manage('DELETE', ['exchanges', vhost.name, claimName('orders')]);
    await until('it is let in', () => host.health().connected);
    expect(host.health().impairments).toEqual([]);
    await host.close();
    await proxy.close();
  });
});
