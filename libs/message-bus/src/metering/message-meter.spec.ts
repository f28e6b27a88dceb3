import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConcurrencyError, IsolithError } from '@isolith/contracts';
import { MessageRouter, runAs, runInScope, withOptions, type MessageMeter, type MessageRoute } from '../index.js';
import { Count, handle, Hosts, placements, Restock, SoldOut, Take, Taken } from '../testing/fixtures/hosts.js';
import { eventEnvelope } from '../testing/index.js';

/** Everything that was counted, as lines; seconds are those of the last. */
class Counted implements MessageMeter {
  readonly lines: string[] = [];
  seconds = NaN;

  handled(route: MessageRoute, outcome: string, seconds: number): void {
    this.lines.push(`${lineOf(route)} ${outcome}`);
    this.seconds = seconds;
  }

  unanswered(route: MessageRoute, outcome: string): void {
    this.lines.push(`${lineOf(route)} unanswered ${outcome}`);
  }
}

const lineOf = ({ from, to, message, lane }: MessageRoute): string => `${from} ${to} ${message} ${lane}`;

const { signal } = new AbortController();
const at = { lane: 'subscription', context: 'shop', subscription: 'mails' } as const;

describe.each(placements)('messages in %s are counted', (placement) => {
  let hosts: Hosts;
  let counted: Counted;

  beforeEach(() => {
    hosts = new Hosts(placement);
    counted = new Counted();
    hosts.stock.useMeter(counted);
    if (hosts.shop !== hosts.stock) hosts.shop.useMeter(counted);
  });
  afterEach(() => hosts.close());

  const ask = (message: object): Promise<unknown> =>
    runAs('shop', () => hosts.shop.send(message)).catch((error: unknown) => error);

  it('with who sent them, who handles them, over which lane and how they ended', async () => {
    handle(hosts.stock, Take, async ({ lines: [line] }) => {
      if (line?.quantity === 0) throw new SoldOut({ sku: line.sku, missing: [] });
      if (line?.quantity === 1) throw new TypeError('a defect');
      return { left: [] };
    });
    await hosts.open();
    for (const quantity of [2, 0, 1])
      await ask(withOptions(new Take({ lines: [{ sku: 'mug', quantity }] }), { timeoutMs: 500 }));
    await ask(withOptions(new Count({ sku: 'mug' }), { timeoutMs: 200 }));
    const lines = new Set(counted.lines);
    for (const outcome of ['success', 'stock.sold-out', 'handler-error'])
      expect(lines).toContain(`shop stock stock.take requests ${outcome}`);
    // Another replica may know it; within one host there is none.
    expect([...lines].join('\n')).toMatch(/^shop stock undefined queries (?:unknown-message|handed-back)$/m);
    expect(counted.seconds).toBeGreaterThanOrEqual(0);
    expect(counted.seconds).toBeLessThan(5);
  });

  it('when nobody answers, at the host that sent them', async () => {
    await ask(withOptions(new Restock({ sku: 'mug' }), { timeoutMs: 20 }));
    expect(counted.lines).toEqual([
      expect.stringMatching(/^shop stock stock.restock requests unanswered (?:not-delivered|outcome-unknown)$/),
    ]);
  });

  it('when they are events, once for each run of their handler', async () => {
    let runs = 0;
    const invoke = async (): Promise<void> => {
      if ((runs += 1) === 1) throw new ConcurrencyError('another was faster');
    };
    hosts.shop.subscribe({ context: 'shop', subscription: 'mails', from: 'now', events: [Taken.contract] }, [
      { event: Taken, by: 'OnTaken', invoke },
    ]);
    await hosts.open();
    const taken = { ...eventEnvelope('stock', 'mug', { sku: 'mug', tags: [] }), type: 'stock.taken', schemaversion: 1 };
    await expect(hosts.stock.deliver(taken, at, signal)).rejects.toThrow('another was faster');
    await hosts.stock.deliver(taken, at, signal);
    expect(counted.lines).toEqual(['stock shop stock.taken mails concurrency', 'stock shop stock.taken mails success']);
  });
});

it('what joins the open unit of its sender is counted as a part of it', async () => {
  const counted = new Counted();
  const router = new MessageRouter({ placement: { here: ['stock'] }, onError: () => undefined });
  router.useMeter(counted);
  handle(router, Take, async () => ({ left: [] }));
  await router.listenHere();
  await runInScope(
    {
      context: 'stock',
      principal: { service: 'stock', roles: [] },
      correlationId: 'c',
      unit: { context: 'stock', append: () => undefined },
    },
    () => router.send(new Take({ lines: [] })),
  );
  expect(counted.lines).toEqual(['stock stock stock.take unit success']);
  await router.close();
});

it('names that no contract has here are not passed on', async () => {
  const counted = new Counted();
  const router = new MessageRouter({ placement: { here: ['stock'] }, onError: () => undefined });
  router.useMeter(counted);
  await router
    .redeliver(eventEnvelope('stock', 'mug', {}), { ...at, context: 'stock' }, (handle) => handle())
    .catch((error: unknown) => expect(error).toBeInstanceOf(IsolithError));
  expect(counted.lines).toEqual(['stock stock undefined mails handed-back']);
  await router.close();
});
