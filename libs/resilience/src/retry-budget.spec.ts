import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { resilience } from './resilience.js';
import { RetryBudget } from './retry-budget.js';

const down = (): Promise<never> => Promise.reject(new Error('down'));
const settled = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('RetryBudget', () => {
  it('law: of any traffic no more is retried than the burst and a share of the runs', () => {
    const happening = fc.constantFrom('run' as const, 'retry' as const);
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 300, size: 'max' }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 20 }),
        (traffic, percent, burst) => {
          const budget = new RetryBudget({ share: percent / 100, burst });
          // The model counts in hundredths of a retry.
          let model = burst * 100;
          let [runs, retries] = [0, 0];
          for (const one of traffic) {
            if (one === 'run') {
              budget.deposit();
              runs++;
              model = Math.min(burst * 100, model + percent);
            } else {
              const allowed = budget.withdraw();
              expect(allowed).toBe(model >= 100);
              if (allowed) {
                model -= 100;
                retries++;
              }
            }
            expect(budget.left).toBe(Math.floor(model / 100));
          }
          expect(retries).toBeLessThanOrEqual(burst + (runs * percent) / 100);
        },
      ),
    );
  });
});

describe('a retry budget', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('keeps a dependency that is down from being asked three times as often by everybody', async () => {
    const asked = jest.fn(down);
    const pay = resilience('pay', { retry: { budget: { share: 0.2, burst: 5 } } });
    const runs = Array.from({ length: 100 }, () => settled(pay.run(asked)));
    await jest.runAllTimersAsync();
    for (const outcome of await Promise.all(runs)) expect(outcome).toMatchObject({ message: 'down' });
    // All 100 began at once, so that their shares met a full budget; without one it were 300.
    expect(asked).toHaveBeenCalledTimes(105);
    expect(pay.state()).toMatchObject({ retriesLeft: 0 });
  });

  it('lets all be retried while few fail, and fills again with the traffic', async () => {
    const pay = resilience('pay', { retry: { budget: { share: 0.5, burst: 2 } } });
    const failing = settled(pay.run(down));
    await jest.runAllTimersAsync();
    await failing;
    expect(pay.state().retriesLeft).toBe(0);
    for (let run = 0; run < 4; run++) await pay.run(async () => 'ok');
    expect(pay.state().retriesLeft).toBe(2);
    for (let run = 0; run < 4; run++) await pay.run(async () => 'ok');
    expect(pay.state().retriesLeft).toBe(2);
  });

  it('is not spent on a retry that the deadline forbids', async () => {
    const pay = resilience('pay', { retry: { budget: { burst: 1 } } }, { now: () => 1_000, random: () => 0.9 });
    expect(await settled(pay.run(down, { deadline: 1_010 }))).toMatchObject({ message: 'down' });
    expect(pay.state().retriesLeft).toBe(1);
  });

  it('takes its defaults, and refuses what is no share by name', () => {
    expect(resilience('pay', { retry: { budget: {} } }).state().retriesLeft).toBe(10);
    expect(resilience('pay', { retry: {} }).state()).not.toHaveProperty('retriesLeft');
    // What is less than a millionth would never come to a whole one.
    for (const share of [0, 1e-7, 1.5, Number.NaN])
      expect(() => resilience('pay', { retry: { budget: { share, burst: -1 } } })).toThrow(
        /retry\.budget\.share must be between 0\.000001 and 1.*retry\.budget\.burst must be a whole number/,
      );
    // A bucket that holds no whole retry would never give one.
    expect(() =>
      resilience('pay', { retry: { budget: { burst: 0 } }, hedge: { afterMs: 1, budget: { burst: 0 } } }),
    ).toThrow(
      /retry\.budget\.burst must be a whole number of at least 1, got 0; hedge\.budget\.burst .* at least 1, got 0/,
    );
  });
});
