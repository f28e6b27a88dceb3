import { describe, expect, it } from '@jest/globals';
import { defaultEventRetry, Handlers, type SubscriptionInfo } from '../index.js';
import { Take, Taken } from '../testing/fixtures/hosts.js';

const invoke = async (): Promise<unknown> => undefined;
const take = (by: string) => ({ message: Take, by, invoke });
const onTaken = (by: string) => ({ event: Taken, by, invoke });
const info = (subscription: string): SubscriptionInfo => ({
  context: 'shop',
  subscription,
  events: [Taken.contract],
  from: 'beginning',
});

describe('what a host handles', () => {
  it('is found by name', () => {
    const handlers = new Handlers();
    handlers.addRequest(take('A'));
    handlers.addSubscription(info('watch'), [onTaken('B')]);
    expect(handlers.request('stock.take')).toMatchObject({ by: 'A' });
    expect(handlers.event('shop', 'watch', 'stock.taken')).toMatchObject({ by: 'B' });
    expect([
      handlers.request('stock.other'),
      handlers.event('shop', 'other', 'stock.taken'),
      handlers.event('other', 'watch', 'stock.taken'),
    ]).toEqual([undefined, undefined, undefined]);
    expect(handlers.violations()).toEqual([]);
  });

  it('names everything that is there twice, and keeps the first', () => {
    const handlers = new Handlers();
    for (const by of ['A', 'B', 'C']) handlers.addRequest(take(by));
    handlers.addSubscription(info('watch'), [onTaken('A'), onTaken('B')]);
    handlers.addSubscription(info('watch'), [onTaken('C')]);
    expect(handlers.violations()).toEqual([
      'stock.take has two handlers: A and B',
      'stock.take has two handlers: A and C',
      'subscription shop.watch has two handlers for stock.taken: A and B',
      'subscription shop.watch is declared twice',
    ]);
    expect([handlers.request('stock.take')?.by, handlers.event('shop', 'watch', 'stock.taken')?.by]).toEqual([
      'A',
      'A',
    ]);
  });

  it('knows a subscription of elsewhere, and its handlers when they come, in either order', () => {
    for (const handlersFirst of [true, false]) {
      const handlers = new Handlers();
      if (handlersFirst) handlers.addSubscription(info('watch'), [onTaken('A')]);
      handlers.addSubscription(info('watch'));
      if (!handlersFirst) handlers.addSubscription(info('watch'), [onTaken('A')]);
      expect(handlers.allSubscriptions()).toEqual([info('watch')]);
      expect(handlers.event('shop', 'watch', 'stock.taken')?.by).toBe('A');
      expect(handlers.violations()).toEqual([]);
    }
  });

  it('is tried as often as its subscription says, the default where it says nothing', () => {
    const handlers = new Handlers();
    const retry = { attempts: 1, initialDelayMs: 0, maxDelayMs: 600_000 };
    handlers.addSubscription(info('watch'), [onTaken('A')], retry);
    handlers.addSubscription(info('other'), [onTaken('A')]);
    expect([handlers.retry('shop', 'watch'), handlers.retry('shop', 'other')]).toEqual([
      retry,
      { attempts: 5, initialDelayMs: 200, maxDelayMs: 10_000 },
    ]);
    expect(handlers.violations()).toEqual([]);
  });

  it.each([
    [{ attempts: 0 }, 'retry.attempts must be a whole number, 1 or more, not 0'],
    [{ attempts: 1.5 }, 'retry.attempts must be a whole number, 1 or more, not 1.5'],
    [{ initialDelayMs: -1 }, 'retry.initialDelayMs must be whole milliseconds, 0 or more, not -1'],
    [{ maxDelayMs: 600_001 }, 'retry.maxDelayMs must be whole milliseconds, at most 600000, not 600001'],
    [{ maxDelayMs: 100 }, 'retry.initialDelayMs (200) is longer than retry.maxDelayMs (100)'],
  ])('is not tried by the policy %j', (retry, violation) => {
    const handlers = new Handlers();
    handlers.addSubscription(info('watch'), [onTaken('A')], { ...defaultEventRetry, ...retry });
    expect(handlers.violations()).toEqual([`subscription shop.watch: ${violation}`]);
  });

  it.each([
    ['requests', 'subscription shop.requests has the name of a request lane'],
    ['queries', 'subscription shop.queries has the name of a request lane'],
    ['Order Mails', 'subscription shop.Order Mails: "shop.Order Mails" is not a message name'],
    ['a.b', 'subscription shop.a.b: '],
  ])("has no subscription called %s: its address would be another's", (name, violation) => {
    const handlers = new Handlers();
    handlers.addSubscription(info(name));
    expect(handlers.violations()).toEqual([expect.stringContaining(violation)]);
  });
});
