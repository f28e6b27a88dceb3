import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { noFallback } from './fallback.js';
import { resilience } from './resilience.js';

const settled = <T>(promise: Promise<T>): Promise<unknown> => promise.catch((error: unknown) => error);

/** A dependency whose attempts the test ends, one by one. */
const dependency = () => {
  const attempts: { signal: AbortSignal; resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const call = (signal: AbortSignal): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    attempts.push({ signal, resolve, reject });
    return promise;
  };
  return { attempts, call };
};

describe('hedge', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('makes no second attempt while the first is in time', async () => {
    const { attempts, call } = dependency();
    const run = resilience('prices', { hedge: { afterMs: 50 } }).run(call);
    await jest.advanceTimersByTimeAsync(49);
    attempts[0]?.resolve('first');
    expect(await run).toBe('first');
    await jest.advanceTimersByTimeAsync(100);
    expect(attempts).toHaveLength(1);
  });

  it('takes whichever answers first, and gives the other one up without counting it', async () => {
    const prices = resilience('prices', {
      hedge: { afterMs: 50 },
      breaker: { failureThreshold: 1 },
      bulkhead: { concurrency: 2, queue: 0 },
      timeoutMs: 1_000,
      fallback: noFallback('a price has no substitute'),
    });
    const { attempts, call } = dependency();
    const run = prices.run(call);
    await jest.advanceTimersByTimeAsync(50);
    attempts[1]?.resolve('second');
    expect(await run).toBe('second');
    expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    attempts[0]?.reject(new Error('too late'));
    await jest.advanceTimersByTimeAsync(0);
    expect(prices.state()).toMatchObject({ breaker: 'closed', failures: 0, bulkhead: { running: 0, queued: 0 } });
  });

  it('leaves the signal of the attempt that answered alone, whose body may still be read', async () => {
    const prices = resilience('prices', { hedge: { afterMs: 50 } });
    const { attempts, call } = dependency();
    const run = prices.run(call);
    await jest.advanceTimersByTimeAsync(50);
    attempts[0]?.resolve('first');
    expect(await run).toBe('first');
    expect(attempts.map(({ signal }) => signal.aborted)).toEqual([false, true]);
  });

  it('waits for the other when one fails, and fails as the first did when both do', async () => {
    const prices = resilience('prices', { hedge: { afterMs: 50 } });
    const { attempts, call } = dependency();
    const saved = prices.run(call);
    await jest.advanceTimersByTimeAsync(50);
    attempts[0]?.reject(new Error('down'));
    await jest.advanceTimersByTimeAsync(0);
    attempts[1]?.resolve('second');
    expect(await saved).toBe('second');
    const lost = settled(prices.run(call));
    await jest.advanceTimersByTimeAsync(50);
    attempts[3]?.reject(new Error('second'));
    attempts[2]?.reject(new Error('first'));
    expect(await lost).toMatchObject({ message: 'first' });
  });

  it('takes an expected failure for the answer that it is', async () => {
    const sold = new Error('sold out');
    const prices = resilience('prices', { hedge: { afterMs: 50 }, isAnswer: (error) => error === sold });
    const { attempts, call } = dependency();
    const run = settled(prices.run(call));
    await jest.advanceTimersByTimeAsync(50);
    attempts[1]?.reject(sold);
    expect(await run).toBe(sold);
    expect(attempts[0]?.signal.aborted).toBe(true);
  });

  it('leaves an attempt that fails early to retry', async () => {
    const prices = resilience('prices', { hedge: { afterMs: 50 }, retry: { attempts: 2 } }, { random: () => 0 });
    const { attempts, call } = dependency();
    const run = prices.run(call);
    attempts[0]?.reject(new Error('down'));
    await jest.advanceTimersByTimeAsync(0);
    attempts[1]?.resolve('again');
    expect(await run).toBe('again');
  });

  it('ends with a full bulkhead as if it had not been tried', async () => {
    const prices = resilience('prices', { hedge: { afterMs: 50 }, bulkhead: { concurrency: 1, queue: 0 } });
    const { attempts, call } = dependency();
    const run = prices.run(call);
    await jest.advanceTimersByTimeAsync(50);
    expect(attempts).toHaveLength(1);
    attempts[0]?.resolve('first');
    expect(await run).toBe('first');
  });

  it('is made for no more than its share of the runs', async () => {
    const prices = resilience('prices', { hedge: { afterMs: 50, budget: { share: 0.1, burst: 3 } } });
    const { attempts, call } = dependency();
    const runs = Array.from({ length: 20 }, () => prices.run(call));
    await jest.advanceTimersByTimeAsync(50);
    expect(attempts).toHaveLength(23);
    for (const { resolve } of attempts) resolve('at last');
    expect(new Set(await Promise.all(runs))).toEqual(new Set(['at last']));
  });

  it.each(['caller', 'deadline'] as const)('ends both attempts with the %s, and leaves nothing', async (by) => {
    const caller = new AbortController();
    const deadline = 1_060;
    const prices = resilience('prices', { hedge: { afterMs: 50 } }, { now: () => 1_000 });
    const { attempts, call } = dependency();
    const run = settled(prices.run(call, { signal: caller.signal, ...(by === 'deadline' && { deadline }) }));
    await jest.advanceTimersByTimeAsync(50);
    if (by === 'caller') caller.abort('enough');
    else await jest.advanceTimersByTimeAsync(10);
    expect(await run).toEqual(by === 'caller' ? 'enough' : expect.objectContaining({ limit: 'deadline' }));
    expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  });

  it('refuses what can not be meant, by name', () => {
    expect(() => resilience('prices', { hedge: { afterMs: 0, budget: { share: 2, burst: 0.5 } } })).toThrow(
      /hedge\.afterMs .*hedge\.budget\.share .*hedge\.budget\.burst/,
    );
  });
});
