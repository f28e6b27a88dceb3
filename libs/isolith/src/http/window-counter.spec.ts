import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WindowCounter } from './window-counter.js';

describe('a window', () => {
  it('lets as many through as the limit, then blocks until it ends and says how long that is', () => {
    let now = 0;
    const counter = new WindowCounter({ limit: 2, windowMs: 1_000, now: () => now });
    expect([counter.take('a'), counter.take('a'), counter.take('a')]).toEqual([
      { admitted: true, remaining: 1, resetMs: 1_000 },
      { admitted: true, remaining: 0, resetMs: 1_000 },
      { admitted: false, remaining: 0, resetMs: 1_000 },
    ]);
    now = 999;
    expect(counter.take('a')).toMatchObject({ admitted: false, resetMs: 1 });
    now = 1_000;
    expect(counter.take('a').admitted).toBe(true);
  });

  it('belongs to one key', () => {
    const counter = new WindowCounter({ limit: 1, windowMs: 1_000, now: () => 0 });
    expect(['a', 'b', 'a'].map((key) => counter.take(key).admitted)).toEqual([true, true, false]);
  });
});

it('never holds more windows than it may, and drops first what was not heard of for longest', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 }), (keys) => {
      const counter = new WindowCounter({ limit: 5, windowMs: 1_000, maxWindows: 10, now: () => 0 });
      for (const key of keys) counter.take(String(key));
      expect(counter.size).toBeLessThanOrEqual(10);
    }),
  );
  const counter = new WindowCounter({ limit: 1, windowMs: 1_000, maxWindows: 2, now: () => 0 });
  const allowed = (...keys: readonly string[]) => keys.map((key) => counter.take(key).admitted);
  expect(allowed('a', 'b', 'c', 'b', 'a')).toEqual([true, true, true, false, true]);
  // Whoever goes on asking stays counted, however long ago its window began.
  expect(allowed('b', 'd', 'b')).toEqual([false, true, false]);
});
