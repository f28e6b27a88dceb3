import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { noFallback } from './fallback.js';
import { ResilienceRegistry } from './registry.js';
import { resilience } from './resilience.js';

const NONE = noFallback('none');
const settled = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const down = (): Promise<never> => Promise.reject(new TypeError('down'.repeat(100)));

afterEach(() => void jest.useRealTimers());

describe('a policy in the hands of an operator', () => {
  let now = 1_000;
  const paying = (spec: Parameters<typeof resilience>[1] = {}) =>
    resilience(
      'pay',
      { breaker: { failureThreshold: 2, successThreshold: 1, openMs: 50 }, fallback: NONE, ...spec },
      { now: () => now },
    );

  it('is held open until somebody closes it, whatever time passes, and refuses at once even with a deadline', async () => {
    const pay = paying({ retry: {} });
    const call = jest.fn(async () => 'fine');
    expect(pay.open('anna')).toBe(true);
    now += 1_000_000;
    const refused = { message: 'resilience "pay": the circuit is held open until somebody closes it' };
    expect(await settled(pay.run(call))).toMatchObject(refused);
    expect(await settled(pay.run(call, { deadline: now + 60_000 }))).toMatchObject(refused);
    expect(pay.state()).toMatchObject({ breaker: 'open', lastChange: { from: 'closed', to: 'open', by: 'anna' } });
    expect(pay.state()).not.toHaveProperty('mayHalfOpenAt');
    expect(pay.close('ben')).toBe(true);
    expect(await pay.run(call)).toBe('fine');
    expect(pay.state().lastChange).toEqual({ from: 'open', to: 'closed', at: now, by: 'ben' });
  });

  it('that was closed by hand opens again by as many failures as ever', async () => {
    const pay = paying();
    await settled(pay.run(down));
    pay.close('anna');
    await settled(pay.run(down));
    expect(pay.state()).toMatchObject({ breaker: 'closed', failures: 1 });
    await settled(pay.run(down));
    expect(pay.state().breaker).toBe('open');
  });

  it('has no say about an attempt that began before', async () => {
    const pay = paying();
    const late = Promise.withResolvers<never>();
    const run = settled(pay.run(() => late.promise));
    pay.open('anna');
    pay.close('anna');
    late.reject(new Error('late'));
    await run;
    expect(pay.state()).toMatchObject({ breaker: 'closed', failures: 0 });
  });

  it('without a breaker can be neither opened nor closed', () => {
    const mail = resilience('mail', { timeoutMs: 5 });
    expect([mail.open('anna'), mail.close('anna')]).toEqual([false, false]);
  });

  it('counts what became of attempts and runs, and tells the last error, cut', async () => {
    class Declined extends Error {}
    const pay = paying({ isAnswer: (error) => error instanceof Declined, fallback: () => 'old' });
    await pay.run(async () => 'fine');
    await settled(pay.run(() => Promise.reject(new Declined())));
    for (let time = 0; time < 3; time++) await pay.run(down);
    expect(pay.state()).toMatchObject({
      counts: { attempts: 4, failures: 2, refused: 1, fallbacks: 3 },
      lastError: { at: now, message: `TypeError: ${'down'.repeat(100)}`.slice(0, 200) },
    });
    pay.reset('anna');
    expect(pay.state()).toEqual({
      name: 'pay',
      breaker: 'closed',
      failures: 0,
      counts: { attempts: 0, failures: 0, refused: 0, fallbacks: 0 },
      lastChange: { from: 'open', to: 'closed', at: now, by: 'anna' },
    });
  });

  it('that was reset may repeat and hedge again as much as at first', async () => {
    jest.useFakeTimers();
    const budget = { share: 0.01, burst: 1 };
    const pay = resilience('pay', { retry: { attempts: 2, initialDelayMs: 0, budget }, hedge: { afterMs: 1, budget } });
    const slow = jest.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error('down');
    });
    const asked = async (): Promise<number> => {
      slow.mockClear();
      const run = settled(pay.run(slow));
      await jest.runAllTimersAsync();
      await run;
      return slow.mock.calls.length;
    };
    // One of the two attempts is hedged.
    expect([await asked(), await asked()]).toEqual([3, 1]);
    pay.reset('anna');
    expect(pay.state().retriesLeft).toBe(1);
    expect([await asked(), await asked()]).toEqual([3, 1]);
  });

  it('counts no failure of an attempt that its caller gave up', async () => {
    const pay = paying();
    const caller = new AbortController();
    const run = settled(pay.run(() => new Promise(() => undefined), { signal: caller.signal }));
    caller.abort('enough');
    await run;
    expect(pay.state().counts).toEqual({ attempts: 1, failures: 0, refused: 0, fallbacks: 0 });
  });

  it('is found by its name', () => {
    const registry = new ResilienceRegistry();
    const pay = paying();
    registry.add(pay);
    expect([registry.find('pay'), registry.find('none')]).toEqual([pay, undefined]);
  });
});
