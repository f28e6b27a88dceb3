import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { BulkheadFullError, CircuitOpenError } from './errors.js';
import { Retry, type RetryOptions } from './retry.js';
import { Run } from './run.js';

const START = 1_000_000;
const defaults: RetryOptions = { attempts: 3, initialDelayMs: 1_000, maxDelayMs: 10_000, retryOn: () => true };
const now = (): number => Date.now();

/**
 * Runs a call that answers from the script (an Error is thrown) and notes at which millisecond each attempt was made.
 */
const play = (
  script: readonly unknown[],
  given: {
    options?: Partial<RetryOptions>;
    random?: number;
    openUntil?: number;
    run?: { deadline?: number; signal?: AbortSignal };
  } = {},
) => {
  const runtime = { now, random: () => given.random ?? 0.5 };
  const run = new Run('pay', runtime, given.run ?? {});
  const at: number[] = [];
  const attempt = async (): Promise<unknown> => {
    const answer = script[at.push(Date.now() - START) - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const outcome = new Retry('pay', { ...defaults, ...given.options }, runtime, () => given.openUntil)
    .execute(attempt, run)
    .catch((error: unknown) => error)
    .finally(() => run.close());
  return { at, outcome };
};

describe('Retry', () => {
  beforeEach(() => void jest.useFakeTimers({ now: START }));
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('makes three attempts, each backoff drawn from twice the ceiling of the one before', async () => {
    const [first, second, third] = [new Error('1'), new Error('2'), new Error('3')];
    const { at, outcome } = play([first, second, third]);
    await jest.runAllTimersAsync();
    expect(await outcome).toBe(third);
    expect(at).toEqual([0, 500, 500 + 1_000]);
  });

  it('returns the first success and asks no further', async () => {
    const { at, outcome } = play([new Error('1'), 'ok', 'never asked']);
    await jest.runAllTimersAsync();
    expect(await outcome).toBe('ok');
    expect(at).toHaveLength(2);
  });

  it('with one attempt does not retry', async () => {
    const { at, outcome } = play([new Error('1'), 'ok'], { options: { attempts: 1 } });
    expect(await outcome).toMatchObject({ message: '1' });
    expect(at).toEqual([0]);
  });

  it('does not retry what retryOn refuses', async () => {
    const { at, outcome } = play([new Error('final'), 'ok'], {
      options: { retryOn: (e) => !(e instanceof Error && e.message === 'final') },
    });
    expect(await outcome).toMatchObject({ message: 'final' });
    expect(at).toEqual([0]);
  });

  it('law: backoff n lies in [0, min(maxDelayMs, initialDelayMs * 2^n))', async () => {
    const ms = fc.integer({ min: 1, max: 20_000 });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        ms,
        ms,
        fc.array(random, { minLength: 7, maxLength: 7 }),
        async (initialDelayMs, maxDelayMs, draws) => {
          const left = [...draws];
          const runtime = { now, random: () => left.shift() ?? Number.NaN };
          const run = new Run('pay', runtime, {});
          const slept: number[] = [];
          jest.spyOn(run, 'sleep').mockImplementation(async (delay) => void slept.push(delay));
          const retry = new Retry(
            'pay',
            { ...defaults, attempts: 8, initialDelayMs, maxDelayMs },
            runtime,
            () => undefined,
          );
          await retry.execute(() => Promise.reject(new Error('down')), run).catch((error: unknown) => error);
          expect(slept).toEqual(draws.map((draw, n) => draw * Math.min(maxDelayMs, initialDelayMs * 2 ** n)));
          slept.forEach((delay, n) => expect(delay).toBeLessThan(Math.min(maxDelayMs, initialDelayMs * 2 ** n)));
        },
      ),
    );
  });

  describe('deadline', () => {
    it('begins no backoff that would reach it', async () => {
      const { at, outcome } = play([new Error('1'), 'ok'], { run: { deadline: START + 500 } });
      expect(await outcome).toMatchObject({ message: '1' });
      expect(at).toEqual([0]);
    });

    it('retries when one millisecond is left', async () => {
      const { at, outcome } = play([new Error('1'), 'ok'], { run: { deadline: START + 501 } });
      await jest.advanceTimersByTimeAsync(500);
      expect(await outcome).toBe('ok');
      expect(at).toEqual([0, 500]);
    });
  });

  describe("the caller's abort", () => {
    it('ends a backoff at once', async () => {
      const caller = new AbortController();
      const { at, outcome } = play([new Error('1'), 'ok'], { run: { signal: caller.signal } });
      await jest.advanceTimersByTimeAsync(100);
      caller.abort('enough');
      expect(await outcome).toBe('enough');
      expect(at).toEqual([0]);
    });

    it('in an attempt is no error to ask retryOn about', async () => {
      const caller = new AbortController();
      const run = new Run('pay', { now, random: Math.random }, { signal: caller.signal });
      const retryOn = jest.fn(() => true);
      const attempt = (): Promise<never> => {
        caller.abort('enough');
        return Promise.reject(run.signal.reason);
      };
      await expect(
        new Retry('pay', { ...defaults, retryOn }, { now, random: Math.random }, () => undefined).execute(attempt, run),
      ).rejects.toBe('enough');
      expect(retryOn).not.toHaveBeenCalled();
    });
  });

  describe('an open circuit', () => {
    const openUntil = START + 30_000;
    const refused = new CircuitOpenError('pay', 'open', openUntil);

    it('is not waited for without a deadline', async () => {
      const { at, outcome } = play([refused, 'ok'], { openUntil });
      expect(await outcome).toBe(refused);
      expect(at).toEqual([0]);
    });

    it.each([START + 29_999, openUntil, openUntil + 1])(
      'is not waited for when the deadline is %p',
      async (deadline) => {
        const { outcome } = play([refused, 'ok'], { openUntil, run: { deadline } });
        expect(await outcome).toBe(refused);
      },
    );

    it.each([0, 0.5, 0.999])('is waited for when the deadline leaves room (random %p)', async (random) => {
      const { at, outcome } = play([refused, 'ok'], { openUntil, random, run: { deadline: openUntil + 100 } });
      await jest.advanceTimersByTimeAsync(30_100);
      expect(await outcome).toBe('ok');
      expect(at[1]).toBeGreaterThan(30_000);
      expect(at[1]).toBeLessThan(30_100);
    });

    it('that would be open beyond the backoff is no reason to sleep first and be refused then', async () => {
      const { at, outcome } = play([new Error('the fifth failure'), refused], { openUntil });
      expect(await outcome).toMatchObject({ message: 'the fifth failure' });
      expect(at).toEqual([0]);
    });

    it('half-open with all probes taken: retried after a backoff within the deadline, not without one', async () => {
      const taken = new CircuitOpenError('pay', 'half-open', START - 10);
      expect(await play([taken, 'ok']).outcome).toBe(taken);
      const { at, outcome } = play([taken, 'ok'], { run: { deadline: START + 1_000 } });
      await jest.advanceTimersByTimeAsync(500);
      expect(await outcome).toBe('ok');
      expect(at).toEqual([0, 500]);
    });

    it('of another policy is an error like any other', async () => {
      const { at, outcome } = play([new CircuitOpenError('another', 'open', openUntil), 'ok']);
      await jest.runAllTimersAsync();
      expect(await outcome).toBe('ok');
      expect(at).toEqual([0, 500]);
    });
  });

  it('takes the full bulkhead of another policy for an attempt that was made', async () => {
    const inner = new BulkheadFullError('another', 1, 1);
    const { outcome } = play([inner, new BulkheadFullError('pay', 1, 1)], { options: { attempts: 2 } });
    await jest.runAllTimersAsync();
    expect(await outcome).toBe(inner);
  });

  it('says "not made" when no attempt was', async () => {
    const refusal = new BulkheadFullError('pay', 1, 1);
    const { at, outcome } = play([refusal, refusal, refusal]);
    await jest.runAllTimersAsync();
    expect(await outcome).toBe(refusal);
    expect(at).toHaveLength(3);
  });

  it.each([new CircuitOpenError('pay', 'half-open', START), new BulkheadFullError('pay', 1, 1)])(
    'does not say "not made" when an earlier attempt was made: %s',
    async (refusal) => {
      const made = new Error('connection reset');
      const { at, outcome } = play([made, refusal, refusal], { run: { deadline: START + 60_000 } });
      await jest.advanceTimersByTimeAsync(60_000);
      expect(await outcome).toBe(made);
      expect(at).toHaveLength(3);
    },
  );
});
