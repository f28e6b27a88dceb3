import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { noFallback } from './fallback.js';
import { resilience } from './resilience.js';
import { steadyNow } from './steady-now.js';

let START = 0;
const money = noFallback('money has no substitute');
const down = (): Promise<never> => Promise.reject(new Error('down'));
const never = (): Promise<never> => new Promise(() => undefined);
const settled = <T>(promise: Promise<T>): Promise<unknown> => promise.catch((error: unknown) => error);

const declaredBeforeTheFakeClock = resilience('early', { breaker: { failureThreshold: 1 }, fallback: money });

describe('resilience', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    START = steadyNow();
  });
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('without any policy is the call itself', async () => {
    const bare = resilience('bare', {});
    expect(await bare.run(async () => 7)).toBe(7);
    await expect(bare.run(down)).rejects.toThrow('down');
    expect(bare.state()).toEqual({
      name: 'bare',
      failures: 0,
      counts: { attempts: 2, failures: 1, refused: 0, fallbacks: 0 },
      lastError: { at: START, message: 'Error: down' },
    });
    bare.onStateChange(() => undefined)();
  });

  it('says in one line what it is', () => {
    const pay = resilience('pay', {
      retry: { budget: {} },
      hedge: { afterMs: 50 },
      breaker: {},
      bulkhead: { concurrency: 4, queue: 8 },
      timeoutMs: 200,
      fallback: money,
    });
    expect(pay.summary).toBe(
      '3 attempts, 1000 to 10000 ms between, of at most 0.2 of the runs and 10; a second attempt after 50 ms, of at most 0.1 of the runs and 10; breaker opens after 5 failures for 30000 ms, closes after 3 successes; 4 at once, 8 wait; 200 ms each; no fallback: money has no substitute',
    );
    expect(resilience('mail', { fallback: () => 'old' }).summary).toBe('fallback');
    expect(resilience('bare', {}).summary).toBe('none');
  });

  it('types the result by the fallback that applies', async () => {
    const declared = resilience('declared', { fallback: () => 'old' });
    const either: number | string = await declared.run(async () => 7);
    const own: number | null = await declared.run<number, null>(down, { fallback: () => null });
    // @ts-expect-error the declared fallback may have answered
    const wrong: number = await declared.run(async () => 7);
    const plain: number = await resilience('plain', { breaker: {}, fallback: money }).run(async () => 7);
    expect([either, own, wrong, plain]).toEqual([7, null, 7, 7]);
    expect(await declared.run(down)).toBe('old');
  });

  describe('order', () => {
    it('retry > bulkhead: a backoff holds no slot', async () => {
      const one = resilience('one', { retry: {}, bulkhead: { concurrency: 1, queue: 0 } }, { random: () => 0.5 });
      const retried = settled(one.run(down));
      await jest.advanceTimersByTimeAsync(100); // in the first backoff
      expect(one.state().bulkhead).toEqual({ running: 0, queued: 0 });
      expect(await one.run(async () => 'in between')).toBe('in between');
      await jest.runAllTimersAsync();
      expect(await retried).toMatchObject({ message: 'down' });
    });

    it('retry > breaker: each attempt counts', async () => {
      const pay = resilience('pay', { retry: {}, breaker: { failureThreshold: 3 }, fallback: money });
      const outcome = settled(pay.run(down));
      await jest.runAllTimersAsync();
      expect(await outcome).toMatchObject({ message: 'down' });
      expect(pay.state()).toMatchObject({ breaker: 'open', failures: 3 });
    });

    it('breaker > bulkhead: an open circuit takes no slot, a full bulkhead opens no circuit', async () => {
      const pay = resilience('pay', {
        breaker: { failureThreshold: 1 },
        bulkhead: { concurrency: 1, queue: 0 },
        fallback: money,
      });
      const held = Promise.withResolvers<void>();
      const first = pay.run(() => held.promise);
      for (let time = 0; time < 3; time++)
        await expect(pay.run(never)).rejects.toMatchObject({ name: 'BulkheadFullError', policy: 'pay' });
      expect(pay.state()).toMatchObject({
        name: 'pay',
        breaker: 'closed',
        failures: 0,
        bulkhead: { running: 1, queued: 0 },
      });
      held.resolve();
      await first;
      await settled(pay.run(down));
      await expect(pay.run(never)).rejects.toMatchObject({ name: 'CircuitOpenError', mayHalfOpenAt: START + 30_000 });
      expect(pay.state()).toMatchObject({
        name: 'pay',
        breaker: 'open',
        mayHalfOpenAt: START + 30_000,
        failures: 1,
        bulkhead: { running: 0, queued: 0 },
      });
    });

    it('bulkhead > timeout: waiting for a slot is not part of the attempt, and a timed out attempt gives its slot back', async () => {
      const slow = resilience('slow', { bulkhead: { concurrency: 1, queue: 1 }, timeoutMs: 100 });
      const first = settled(slow.run(never));
      const second = settled(slow.run(never));
      await jest.advanceTimersByTimeAsync(100);
      expect(await first).toMatchObject({ name: 'TimeoutExceededError', limit: 'timeout' });
      expect(slow.state().bulkhead).toEqual({ running: 1, queued: 0 });
      await jest.advanceTimersByTimeAsync(100);
      expect(await second).toMatchObject({ name: 'TimeoutExceededError', limit: 'timeout' });
    });

    it('breaker > timeout: a timeout is a failure, fallback > all: it answers at the end only', async () => {
      const fallback = jest.fn(() => 'old');
      const slow = resilience(
        'slow',
        { retry: { attempts: 2 }, breaker: { failureThreshold: 2 }, timeoutMs: 100, fallback },
        { random: () => 0 },
      );
      const outcome = slow.run(never);
      await jest.runAllTimersAsync();
      expect(await outcome).toBe('old');
      expect(fallback).toHaveBeenCalledTimes(1);
      expect(slow.state()).toMatchObject({ breaker: 'open', failures: 2 });
      expect(await slow.run(never)).toBe('old');
    });
  });

  it('an expected failure passes every policy untouched', async () => {
    class Declined extends Error {}
    const fallback = jest.fn(() => 'old');
    const pay = resilience('pay', {
      retry: {},
      breaker: { failureThreshold: 1 },
      isAnswer: (e) => e instanceof Declined,
      fallback,
    });
    const call = jest.fn(() => Promise.reject(new Declined()));
    await expect(pay.run(call)).rejects.toBeInstanceOf(Declined);
    expect(call).toHaveBeenCalledTimes(1);
    expect(fallback).not.toHaveBeenCalled();
    expect(pay.state()).toMatchObject({ breaker: 'closed', failures: 0 });
  });

  it('waits for an open circuit within the deadline and is then a probe', async () => {
    const pay = resilience(
      'pay',
      { retry: {}, breaker: { failureThreshold: 1, openMs: 200 }, fallback: money },
      { random: () => 0 },
    );
    await settled(pay.run(down));
    const early = settled(pay.run(async () => 'ok', { deadline: steadyNow() + 150 }));
    expect(await early).toMatchObject({ name: 'CircuitOpenError', policy: 'pay' });
    const patient = pay.run(async () => 'ok', { deadline: steadyNow() + 1_000 });
    await jest.advanceTimersByTimeAsync(201);
    expect(await patient).toBe('ok');
    expect(pay.state().breaker).toBe('half-open');
  });

  describe('end of a run', () => {
    const spec = {
      retry: {},
      breaker: { failureThreshold: 1 },
      bulkhead: { concurrency: 1, queue: 2 },
      timeoutMs: 5_000,
      fallback: money,
    };

    it.each(['caller', 'deadline'] as const)(
      'by the %s ends calls and waits at once, counts nowhere, leaves nothing',
      async (by) => {
        const pay = resilience('pay', spec);
        const { signal, abort } = ((controller) => ({
          signal: controller.signal,
          abort: () => controller.abort('enough'),
        }))(new AbortController());
        const options = by === 'caller' ? { signal } : { signal, deadline: START + 50 };
        const runs = [1, 2, 3].map(() => settled(pay.run(never, options)));
        expect(pay.state().bulkhead).toEqual({ running: 1, queued: 2 });
        if (by === 'caller') abort();
        else await jest.advanceTimersByTimeAsync(50);
        const expected =
          by === 'caller' ? 'enough' : expect.objectContaining({ name: 'TimeoutExceededError', limit: 'deadline' });
        expect(await Promise.all(runs)).toEqual([expected, expected, expected]);
        expect(pay.state()).toEqual({
          name: 'pay',
          breaker: 'closed',
          failures: 0,
          bulkhead: { running: 0, queued: 0 },
          // Of those that ended with the deadline, one by one, the next took the slot for a moment.
          counts: { attempts: expect.any(Number), failures: 0, refused: 0, fallbacks: 0 },
        });
        expect(getEventListeners(signal, 'abort')).toEqual([]);
      },
    );

    it('one signal may serve many runs without a warning', async () => {
      const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const many = resilience('many', { timeoutMs: 5_000 });
      const controller = new AbortController();
      const runs = Array.from({ length: 200 }, () => settled(many.run(never, { signal: controller.signal })));
      controller.abort('enough');
      await Promise.all(runs);
      expect(warned).not.toHaveBeenCalled();
      warned.mockRestore();
    });

    it('refuses a deadline that is no number', async () => {
      await expect(resilience('pay', spec).run(never, { deadline: Number.NaN })).rejects.toThrow(/options\.deadline/);
    });
  });

  it('sees a fake clock that is installed after the declaration', async () => {
    await settled(declaredBeforeTheFakeClock.run(down));
    expect(declaredBeforeTheFakeClock.state().mayHalfOpenAt).toBe(START + 30_000);
  });

  it('tells the transitions of its breaker', async () => {
    const pay = resilience('pay', { breaker: { failureThreshold: 1 }, fallback: money });
    const changes: string[] = [];
    const stop = pay.onStateChange(({ policy, from, to }) => changes.push(`${policy}: ${from} > ${to}`));
    await settled(pay.run(down));
    stop();
    expect(changes).toEqual(['pay: closed > open']);
  });

  it('declares a breaker without fallback, and says so', async () => {
    // @ts-expect-error the type refuses it too
    const pay = resilience('pay', { breaker: {} });
    expect(pay.violations()).toEqual(['resilience "pay": a breaker needs a fallback or noFallback(reason)']);
    expect(await pay.run(async () => 7)).toBe(7);
  });
});
