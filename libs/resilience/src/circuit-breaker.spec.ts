import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CircuitBreaker, type StateChange } from './circuit-breaker.js';
import { BulkheadFullError, CircuitOpenError } from './errors.js';
import { Run } from './run.js';

class Declined extends Error {}
const runtime = { now: () => Date.now(), random: Math.random };
const free = (): Run => new Run('pay', runtime, {});
const make = (): CircuitBreaker =>
  new CircuitBreaker(
    'pay',
    { failureThreshold: 5, successThreshold: 3, openMs: 30_000, isAnswer: (e) => e instanceof Declined },
    runtime,
  );
const succeed = (breaker: CircuitBreaker): Promise<string> => breaker.execute(() => Promise.resolve('ok'), free());
const fail = async (breaker: CircuitBreaker, times = 1, error = new Error('down')): Promise<void> => {
  for (let time = 0; time < times; time++)
    await expect(breaker.execute(() => Promise.reject(error), free())).rejects.toBe(error);
};
/** An attempt whose outcome the test decides; `outcome` never rejects. */
const begin = (breaker: CircuitBreaker, run = free()) => {
  const work = Promise.withResolvers<string>();
  const outcome = breaker.execute(() => work.promise, run).catch((error: unknown) => error);
  return { ...work, outcome };
};
const opened = async (): Promise<CircuitBreaker> => {
  const breaker = make();
  await fail(breaker, 5);
  return breaker;
};
const halfOpened = async (): Promise<CircuitBreaker> => {
  const breaker = await opened();
  jest.advanceTimersByTime(30_000);
  return breaker;
};

describe('CircuitBreaker', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  describe('closed', () => {
    it('opens with the fifth failure in a row, not the fourth', async () => {
      const breaker = make();
      await fail(breaker, 4);
      expect([breaker.circuit, breaker.failures]).toEqual(['closed', 4]);
      await fail(breaker);
      expect([breaker.circuit, breaker.failures, breaker.openUntil]).toEqual(['open', 5, 1_030_000]);
    });

    it('a success starts the count anew', async () => {
      const breaker = make();
      await fail(breaker, 4);
      await succeed(breaker);
      await fail(breaker, 4);
      expect(breaker.circuit).toBe('closed');
    });

    it('counts concurrent attempts', async () => {
      const breaker = make();
      const attempts = Array.from({ length: 6 }, () => begin(breaker));
      for (const { reject } of attempts) reject(new Error('down'));
      await Promise.all(attempts.map(({ outcome }) => outcome));
      expect([breaker.circuit, breaker.failures]).toEqual(['open', 5]); // the sixth belongs to a period that is over
    });

    it('does not count expected failures, a full bulkhead of its own, or the end of the run', async () => {
      const breaker = make();
      await fail(breaker, 4);
      await fail(breaker, 10, new Declined());
      await fail(breaker, 10, new BulkheadFullError('pay', 1, 1));
      for (let time = 0; time < 10; time++) {
        const caller = new AbortController();
        const attempt = begin(breaker, new Run('pay', runtime, { signal: caller.signal }));
        caller.abort();
        attempt.reject(new Error('socket closed'));
        await attempt.outcome;
      }
      expect([breaker.circuit, breaker.failures]).toEqual(['closed', 4]);
      await fail(breaker, 1, new BulkheadFullError('another policy', 1, 1)); // to us, that one is a dependency that fails
      expect(breaker.circuit).toBe('open');
    });
  });

  describe('open', () => {
    it('refuses without a call until openMs is over', async () => {
      const breaker = await opened();
      jest.advanceTimersByTime(29_999);
      const call = jest.fn(() => Promise.resolve('ok'));
      await expect(breaker.execute(call, free())).rejects.toMatchObject({
        name: 'CircuitOpenError',
        policy: 'pay',
        circuit: 'open',
        mayHalfOpenAt: 1_030_000,
        message: expect.stringContaining('"pay"'),
      });
      expect(call).not.toHaveBeenCalled();
      jest.advanceTimersByTime(1);
      expect(await breaker.execute(call, free())).toBe('ok');
      expect(breaker.circuit).toBe('half-open');
    });

    it('is not half-opened by a run that has ended', async () => {
      const breaker = await halfOpened();
      const ended = new Run('pay', runtime, { signal: AbortSignal.abort('enough') });
      await expect(breaker.execute(() => Promise.resolve('ok'), ended)).rejects.toBe('enough');
      expect(breaker.circuit).toBe('open');
    });

    it.each(['resolve', 'reject'] as const)('ignores a late %s of an attempt from before', async (how) => {
      const breaker = make();
      const late = begin(breaker);
      await fail(breaker, 5);
      late[how]('late');
      await late.outcome;
      expect([breaker.circuit, breaker.failures]).toEqual(['open', 5]);
    });
  });

  describe('half-open', () => {
    it('closes with the third success in a row', async () => {
      const breaker = await halfOpened();
      await succeed(breaker);
      await succeed(breaker);
      expect(breaker.circuit).toBe('half-open');
      await succeed(breaker);
      expect([breaker.circuit, breaker.failures]).toEqual(['closed', 0]);
    });

    it('one failure opens it for another openMs, and the successes before it are forgotten', async () => {
      const breaker = await halfOpened();
      await succeed(breaker);
      await succeed(breaker);
      jest.advanceTimersByTime(500);
      await fail(breaker);
      expect([breaker.circuit, breaker.openUntil]).toEqual(['open', 1_060_500]);
      jest.advanceTimersByTime(30_000);
      await succeed(breaker);
      expect(breaker.circuit).toBe('half-open');
    });

    it('never has more probes at once than successes are missing', async () => {
      const breaker = await halfOpened();
      const probes = [begin(breaker), begin(breaker), begin(breaker)];
      await expect(succeed(breaker)).rejects.toMatchObject({ circuit: 'half-open', mayHalfOpenAt: 1_030_000 });
      probes[0]?.resolve('ok');
      await probes[0]?.outcome;
      await expect(succeed(breaker)).rejects.toBeInstanceOf(CircuitOpenError); // 1 success, 2 probes
      for (const { resolve } of probes) resolve('ok');
      await Promise.all(probes.map(({ outcome }) => outcome));
      expect(breaker.circuit).toBe('closed');
    });

    it('a probe that fails reopens once, whatever the other probes do later', async () => {
      const breaker = await halfOpened();
      const changes: StateChange[] = [];
      const [first, second, third] = [begin(breaker), begin(breaker), begin(breaker)];
      breaker.onStateChange((change) => changes.push(change));
      first.reject(new Error('still down'));
      await first.outcome;
      second.reject(new Error('still down'));
      third.resolve('ok');
      await Promise.all([second.outcome, third.outcome]);
      expect(changes.map(({ from, to }) => `${from} > ${to}`)).toEqual(['half-open > open']);
    });

    it('a late failure from before it opened does not reopen it, a late success is no probe', async () => {
      const breaker = make();
      const [bad, good] = [begin(breaker), begin(breaker)];
      await fail(breaker, 5);
      jest.advanceTimersByTime(30_000);
      await succeed(breaker);
      await succeed(breaker);
      bad.reject(new Error('late'));
      good.resolve('late');
      await Promise.all([bad.outcome, good.outcome]);
      expect(breaker.circuit).toBe('half-open');
      await succeed(breaker);
      expect(breaker.circuit).toBe('closed');
    });

    it('an abandoned probe decides nothing and becomes free', async () => {
      const breaker = await halfOpened();
      for (let time = 0; time < 5; time++) {
        const caller = new AbortController();
        const probe = begin(breaker, new Run('pay', runtime, { signal: caller.signal }));
        caller.abort();
        probe.reject(new Error('socket closed'));
        await probe.outcome;
      }
      expect(breaker.circuit).toBe('half-open');
      await Promise.all([succeed(breaker), succeed(breaker), succeed(breaker)]);
      expect(breaker.circuit).toBe('closed');
    });

    it('an expected failure is an answer: a success for the probe', async () => {
      const breaker = await halfOpened();
      await fail(breaker, 3, new Declined());
      expect(breaker.circuit).toBe('closed');
    });
  });

  it('tells its listeners every transition, until they stop', async () => {
    const breaker = make();
    const changes: StateChange[] = [];
    const stop = breaker.onStateChange((change) => changes.push(change));
    const error = new Error('down');
    await fail(breaker, 5, error);
    jest.advanceTimersByTime(30_000);
    for (let time = 0; time < 3; time++) await succeed(breaker);
    stop();
    await fail(breaker, 5);
    expect(changes).toEqual([
      { policy: 'pay', from: 'closed', to: 'open', at: 1_000_000, error },
      { policy: 'pay', from: 'open', to: 'half-open', at: 1_030_000 },
      { policy: 'pay', from: 'half-open', to: 'closed', at: 1_030_000 },
    ]);
  });

  it('a listener that throws harms neither the call nor the other listeners, and is seen', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const breaker = make();
    const second = jest.fn();
    breaker.onStateChange(() => {
      throw new Error('metrics broke');
    });
    breaker.onStateChange(second);
    await fail(breaker, 5);
    expect(second).toHaveBeenCalledTimes(1);
    expect(warned.mock.calls).toEqual([[expect.stringContaining('metrics broke'), 'ResilienceWarning']]);
    warned.mockRestore();
  });
});
