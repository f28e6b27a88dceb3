import { describe, expect, it } from '@jest/globals';
import { declare, type ResilienceSpec } from './declaration.js';
import { noFallback } from './fallback.js';

describe('declare', () => {
  it('fills in the defaults', () => {
    const { retry, breaker, isAnswer } = declare('p', { retry: {}, breaker: {}, fallback: () => 1 });
    expect(retry).toMatchObject({ attempts: 3, initialDelayMs: 1_000, maxDelayMs: 10_000 });
    expect(breaker).toEqual({ failureThreshold: 5, successThreshold: 3, openMs: 30_000 });
    expect([retry?.retryOn(new Error()), isAnswer(new Error())]).toEqual([true, false]);
  });

  it('never retries an expected failure, whatever retryOn says', () => {
    const { retry } = declare('p', {
      retry: { retryOn: () => true },
      isAnswer: (error) => error instanceof RangeError,
    });
    expect([retry?.retryOn(new RangeError()), retry?.retryOn(new TypeError())]).toEqual([false, true]);
  });

  it('names every field that is out of range in one error', () => {
    expect(() =>
      declare(' ', {
        retry: { attempts: 0, initialDelayMs: -1, maxDelayMs: Number.NaN },
        breaker: { failureThreshold: 1.5, successThreshold: 0, openMs: 0 },
        bulkhead: { concurrency: 0, queue: Number.POSITIVE_INFINITY },
        timeoutMs: 2 ** 31,
        fallback: noFallback('x'),
      }),
    ).toThrow(
      /name .*retry\.attempts .*got 0.*retry\.initialDelayMs .*retry\.maxDelayMs .*failureThreshold .*successThreshold .*openMs .*concurrency .*queue .*timeoutMs .*got 2147483648/,
    );
  });

  it('takes the bounds themselves', () => {
    expect(() =>
      declare('p', {
        retry: { attempts: 1, initialDelayMs: 0, maxDelayMs: 0 },
        breaker: { failureThreshold: 1, successThreshold: 1, openMs: 1 },
        bulkhead: { concurrency: 1, queue: 0 },
        timeoutMs: 2 ** 31 - 1,
        fallback: noFallback('x'),
      }),
    ).not.toThrow();
  });

  it('has a violation for a breaker with neither fallback nor noFallback(reason)', () => {
    // @ts-expect-error the type refuses it too
    const neither: ResilienceSpec = { breaker: {} };
    expect(declare('pay', neither).violations).toEqual([
      'resilience "pay": a breaker needs a fallback or noFallback(reason)',
    ]);
    expect(declare('pay', { breaker: {}, fallback: noFallback(' ') }).violations).toEqual([
      'resilience "pay": noFallback() needs a reason',
    ]);
  });

  it.each<ResilienceSpec<number>>([
    { breaker: {}, fallback: () => 1 },
    { breaker: {}, fallback: noFallback('money') },
    { retry: {} },
    {},
  ])('has none for %j', (spec) => {
    expect(declare('pay', spec).violations).toEqual([]);
  });
});
