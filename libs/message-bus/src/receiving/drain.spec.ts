import { describe, expect, it } from '@jest/globals';
import { NotDeliveredError, type Envelope } from '@isolith/contracts';
import { setImmediate as turn } from 'node:timers/promises';
import { runAs } from '../index.js';
import { Buy, handle, Hosts, type HostsPlacement, placements, Take, Taken } from '../testing/fixtures/hosts.js';
import { eventEnvelope } from '../testing/index.js';

const to = { lane: 'subscription', context: 'shop', subscription: 'watch' } as const;
const { signal } = new AbortController();
const taken = (sku: string): Envelope => ({
  ...eventEnvelope('stock', sku, { sku, tags: [] }),
  type: 'stock.taken',
  schemaversion: 1,
});

async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns += 1) {
    if (turns > 100_000) throw new Error('waited in vain');
    await turn();
  }
}

/** Both contexts, with handlers of the shop that wait for a gate and then call the stock. */
async function open(placement: HostsPlacement) {
  const hosts = new Hosts(placement);
  const gate = Promise.withResolvers<void>();
  const steps: string[] = [];
  const take = () => hosts.shop.send(new Take({ lines: [] }));
  handle(hosts.stock, Take, async () => {
    steps.push('taken');
    return { left: [] };
  });
  handle(hosts.shop, Buy, async () => {
    steps.push('buying');
    await gate.promise;
    await take();
    steps.push('bought');
    return { left: [] };
  });
  hosts.shop.subscribe({ ...to, events: [Taken.contract], from: 'now' }, [
    {
      event: Taken,
      by: 'OnTaken',
      invoke: async () => {
        steps.push('reacting');
        await gate.promise;
        await take();
        steps.push('reacted');
      },
    },
  ]);
  await hosts.open();
  const send = () => runAs('stock', () => hosts.stock.send(new Buy({ lines: [] })));
  return { hosts, gate, steps, send, deliver: () => hosts.stock.deliver(taken('mug'), to, signal) };
}

describe.each(placements)('drain in %s', (placement) => {
  it('lets what runs finish, with the calls that it makes, and then takes nothing', async () => {
    const { hosts, gate, steps, send, deliver } = await open(placement);
    const [bought, reacted] = [send(), deliver()];
    await until(() => steps.length >= 2);
    let drained = false;
    const draining = hosts.shop.drain(signal).then(() => (drained = true));
    await turn();
    await expect(deliver()).rejects.toBeInstanceOf(NotDeliveredError);
    expect(drained).toBe(false);
    gate.resolve();
    await expect(bought).resolves.toEqual({ left: [] });
    await reacted;
    await draining;
    expect(steps.toSorted()).toEqual(['bought', 'buying', 'reacted', 'reacting', 'taken', 'taken']);
    await expect(send()).rejects.toBeInstanceOf(NotDeliveredError);
    await expect(deliver()).rejects.toBeInstanceOf(NotDeliveredError);
    expect(steps).toHaveLength(6);
    await hosts.close();
  });

  it('keeps the lanes of this host open to the calls of requests that still run', async () => {
    const { hosts, gate, steps, send } = await open(placement);
    const bought = send();
    await until(() => steps.length >= 1);
    const draining = hosts.shop.drain(signal);
    await turn();
    gate.resolve();
    await expect(bought).resolves.toEqual({ left: [] });
    await draining;
    expect(steps).toEqual(['buying', 'taken', 'bought']);
    await hosts.close();
  });

  it('ends when its signal aborts, whatever still runs', async () => {
    const { hosts, gate, steps, send } = await open(placement);
    const bought = send();
    const left = expect(bought).rejects.toThrow();
    await until(() => steps.length >= 1);
    const grace = new AbortController();
    const draining = hosts.shop.drain(grace.signal);
    grace.abort();
    await draining;
    await hosts.close();
    await left;
    gate.resolve();
  });

  it('waits for what a stop that came before it has left running, and no longer than its signal', async () => {
    const { hosts, gate, steps, deliver } = await open(placement);
    const reacted = deliver();
    await until(() => steps.length >= 1);
    let stopped = false;
    const stopping = hosts.shop.stopListeningToOthers().then(() => (stopped = true));
    const grace = new AbortController();
    let ended = '';
    const [bounded, unbounded] = [
      hosts.shop.drain(grace.signal).then(() => (ended += 'bounded ')),
      hosts.shop.drain(signal).then(() => (ended += 'unbounded ')),
    ];
    for (let turns = 0; turns < 50; turns += 1) await turn();
    expect([ended, stopped]).toEqual(['', placement !== 'two hosts']);
    grace.abort();
    await bounded;
    for (let turns = 0; turns < 50; turns += 1) await turn();
    expect(ended).toBe('bounded ');
    gate.resolve();
    await Promise.all([reacted, stopping, unbounded]);
    expect(steps).toContain('reacted');
    await hosts.close();
  });

  it('that has nothing to wait for ends at once, twice too (fault 46)', async () => {
    const { hosts } = await open(placement);
    const ended: string[] = [];
    for (const each of ['first', 'second']) {
      void hosts.shop.drain(signal).then(() => ended.push(each));
      for (let turns = 0; turns < 50; turns += 1) await turn();
    }
    expect(ended).toEqual(['first', 'second']);
    await hosts.close();
  });
});
