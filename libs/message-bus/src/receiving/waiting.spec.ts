import { afterEach, describe, expect, it } from '@jest/globals';
import { OverloadedError } from '@isolith/contracts';
import { runAs } from '../index.js';
import { Buy, handle, Hosts, placements, Take, Taken } from '../testing/fixtures/hosts.js';
import { eventEnvelope, until } from '../testing/index.js';

const { signal } = new AbortController();
let hosts: Hosts;
afterEach(async () => {
  await hosts.close();
});

describe.each(placements)('a handler that does not end, in %s', (placement) => {
  it('is what its lane waits for, at the host that has it, until it ends', async () => {
    hosts = new Hosts(placement);
    const gate = Promise.withResolvers<{ left: [] }>();
    handle(hosts.stock, Take, () => gate.promise);
    await hosts.open();
    expect(hosts.stock.waiting()).toEqual([]);
    const taken = runAs('shop', () => hosts.shop.send(new Take({ lines: [] })));
    await until(() => hosts.stock.waiting().length === 1);
    expect(hosts.stock.waiting()).toMatchObject([
      { kind: 'lane', name: 'stock.requests', reason: expect.stringContaining('stock.take has been in hand') },
    ]);
    gate.resolve({ left: [] });
    await taken;
    expect(hosts.stock.waiting()).toEqual([]);
  });

  it('of an event is what its subscription waits for', async () => {
    hosts = new Hosts(placement);
    const gate = Promise.withResolvers<void>();
    const to = { lane: 'subscription', context: 'shop', subscription: 'watch' } as const;
    hosts.shop.subscribe({ context: 'shop', subscription: 'watch', events: [Taken.contract], from: 'beginning' }, [
      { event: Taken, by: 'watch', invoke: () => gate.promise },
    ]);
    await hosts.open();
    const delivered = hosts.stock.deliver(
      { ...eventEnvelope('stock', 'mug', { sku: 'mug', tags: [] }), type: Taken.contract.name, schemaversion: 1 },
      to,
      signal,
    );
    await until(() => hosts.shop.waiting().length === 1);
    expect(hosts.shop.waiting()).toMatchObject([{ kind: 'subscription', name: 'shop.watch', boundMs: 10_000 }]);
    gate.resolve();
    await delivered;
    expect(hosts.shop.waiting()).toEqual([]);
  });
});

describe('a context on another host', () => {
  it('that answers nothing owes an answer since it was asked first, and nothing more once it answers (fault 8)', async () => {
    hosts = new Hosts('two hosts', 2_000);
    let able = false;
    handle(hosts.shop, Buy, (buy) => hosts.shop.send(new Take({ lines: [...buy.lines] })));
    handle(hosts.stock, Take, async () => {
      if (!able) throw new OverloadedError('it can do nothing');
      return { left: [] };
    });
    await hosts.open();
    const ask = () => runAs('shop', () => hosts.shop.send(new Take({ lines: [] })));
    const failing = ask();
    await until(() => hosts.shop.waiting().length === 1);
    expect(hosts.shop.waiting()).toMatchObject([
      { kind: 'calls', name: 'stock.requests', reason: expect.stringContaining('(overloaded)') },
    ]);
    able = true;
    await failing;
    expect(hosts.shop.waiting()).toEqual([]);
  });
});
