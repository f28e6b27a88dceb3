import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { Host } from '../support/host.js';
import { impairedIn } from '../support/impaired.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

/** How long it may take until a host is seen, or seen to be gone. */
const SEEN_WITHIN_MS = 10_000;

const seen = z.object({
  id: z.string(),
  pid: z.int(),
  build: z.string().optional(),
  state: z.string(),
  contexts: z.record(z.string(), z.string()),
  lastSeenSeconds: z.number(),
  load: z.object({ busy: z.number(), inHand: z.record(z.string(), z.int()) }),
});
const topology = z.object({
  self: z.object({ id: z.string(), pid: z.int() }),
  hosts: z.array(seen),
  routes: z.record(z.string(), z.object({ via: z.string(), ready: z.array(z.string()), releases: z.int() })),
});

const BUILD = '2026.11.30';
let shop: SplitShop;
beforeAll(async () => {
  shop = await startSplitShop({
    hosts: [['gateway', 'users', 'products', 'inventory', 'payments', 'shipments', 'notifications'], ['orders']],
  });
});
afterAll(() => shop?.stop());

const toldBy = async (host: Pick<Host, 'url'>) =>
  topology.parse((await new Client(host.url, shop.admin.token).get('/actuator/topology')).body);
const metricsOf = async (host: Host) =>
  String((await new Client(host.url, shop.admin.token).get('/metrics')).body)
    .split('\n')
    .filter((line) => /^(hosts_seen|context_replicas)\{/.test(line))
    .map((line) => line.replace(/,service="[^"]*"/, ''));

/** Until each of these hosts says so; fails when one needed more than 10 s. */
async function within10s(
  what: string,
  hosts: readonly Host[],
  holds: (told: Awaited<ReturnType<typeof toldBy>>) => boolean,
) {
  const began = performance.now();
  for (const host of hosts) await eventually(what, () => toldBy(host), holds);
  expect(performance.now() - began).toBeLessThan(SEEN_WITHIN_MS);
}

describe('every host of a shop', () => {
  it('knows all hosts, what they host and do, and where messages go', async () => {
    const { hosts } = shop.fleet;
    await within10s(
      'both are ready',
      hosts,
      (told) => told.hosts.filter(({ state }) => state === 'ready').length === 2,
    );
    for (const host of hosts) {
      const told = await toldBy(host);
      expect(told.self.pid).toBe(host.pid);
      const hosted = (pid: number, contexts: readonly string[]): string => `${pid} ${contexts.toSorted().join(',')}`;
      expect(new Set(told.hosts.map(({ pid, contexts }) => hosted(pid, Object.keys(contexts))))).toEqual(
        new Set(hosts.map(({ pid, contexts }) => hosted(pid, contexts))),
      );
      const orders = told.hosts.find(({ contexts }) => 'orders' in contexts);
      expect(told.routes['orders']).toMatchObject({
        via: host.contexts.includes('orders') ? 'call' : 'medium',
        ready: [orders?.id],
        releases: 1,
      });
      for (const { lastSeenSeconds } of told.hosts) expect(lastSeenSeconds).toBeLessThan(SEEN_WITHIN_MS / 1_000);
    }
  });

  it('tells live what goes between contexts at another host, while it goes on', async () => {
    const [front] = shop.fleet.hosts.filter(({ contexts }) => contexts.includes('gateway'));
    const looked = new AbortController();
    const answer = await fetch(`${front?.url}/actuator/live`, {
      headers: { authorization: `Bearer ${shop.admin.token}` },
      signal: looked.signal,
    });
    let heard = '';
    for await (const chunk of answer.body ?? []) {
      heard += Buffer.from(chunk).toString();
      // The gateway is not at the host of orders: only that one counts what it takes.
      if (/"from":"gateway","to":"orders","lane":"query","perSecond":[1-9]/.test(heard)) break;
      await Promise.all(Array.from({ length: 10 }, () => shop.admin.get('/v1/orders')));
    }
    looked.abort();
    expect(heard).toMatch(/^id: 1\nevent: snapshot\n/);
    expect(heard).toMatch(/"from":"gateway","to":"orders","lane":"query"/);
  });

  it('sees a new replica, one that is killed, one that freezes and goes on, and one that stops, within 10 s', async () => {
    const { fleet } = shop;
    const state = (told: z.output<typeof topology>, { pid }: Host) => told.hosts.find((one) => one.pid === pid)?.state;
    const [killed, stopped] = [
      await fleet.startBeside(['orders'], { BUILD_VERSION: BUILD }),
      await fleet.startBeside(['orders']),
    ];
    await within10s('the new ones are ready', fleet.hosts, (told) => told.routes['orders']?.ready.length === 3);
    expect((await toldBy(fleet.hostOf('gateway'))).hosts).toContainEqual(
      expect.objectContaining({ pid: killed.pid, build: BUILD }),
    );
    expect(await metricsOf(fleet.hostOf('gateway'))).toEqual(
      expect.arrayContaining(['hosts_seen{state="ready"} 4', 'context_replicas{context="orders"} 3']),
    );

    await stopped.stop();
    await within10s('it has stopped', fleet.hosts, (told) => state(told, stopped) === 'stopped');
    killed.freeze();
    await within10s('it is silent', fleet.hosts, (told) => state(told, killed) === 'silent');
    killed.thaw();
    await within10s('it is ready again', fleet.hosts, (told) => state(told, killed) === 'ready');
    await killed.kill();
    await within10s('it is silent', fleet.hosts, (told) => state(told, killed) === 'silent');
    expect(await metricsOf(fleet.hostOf('gateway'))).toEqual(
      expect.arrayContaining(['hosts_seen{state="silent"} 1', 'context_replicas{context="orders"} 1']),
    );
  });

  it('is degraded, and no less ready, while a context that it needs has lost its last host', async () => {
    const { fleet } = shop;
    const gateway = fleet.hostOf('gateway');
    const named = async () => (await impairedIn(gateway)).filter(({ kind }) => kind === 'context');
    await fleet.kill('orders');
    const found = await eventually('orders is named', named, (items) => items.length > 0);
    expect(found).toMatchObject([{ name: 'orders', effect: 'degraded', lookAt: '/actuator/topology' }]);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    await fleet.restart('orders');
    await eventually('nothing is named', named, (items) => items.length === 0);
  });
});
