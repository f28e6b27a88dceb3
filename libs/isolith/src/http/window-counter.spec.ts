import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WindowCounter } from './window-counter.js';

describe('a window', () => {
  it('lets as many through as the limit, then blocks until it ends and says how long that is', () => {
    let now = 0;
    const counter = new WindowCounter({ limit: 2, windowMs: 1_000, now: () => now });
    expect([counter.hit('a'), counter.hit('a'), counter.hit('a')]).toEqual([undefined, undefined, 1_000]);
    now = 999;
    expect(counter.hit('a')).toBe(1);
    now = 1_000;
    expect(counter.hit('a')).toBeUndefined();
  });

  it('belongs to one key', () => {
    const counter = new WindowCounter({ limit: 1, windowMs: 1_000, now: () => 0 });
    expect([counter.hit('a'), counter.hit('b'), counter.hit('a')]).toEqual([undefined, undefined, 1_000]);
  });
});

it('never holds more windows than it may, and drops the oldest first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 }), (keys) => {
      const counter = new WindowCounter({ limit: 5, windowMs: 1_000, maxWindows: 10, now: () => 0 });
      for (const key of keys) counter.hit(String(key));
      expect(counter.size).toBeLessThanOrEqual(10);
    }),
  );
  const counter = new WindowCounter({ limit: 1, windowMs: 1_000, maxWindows: 2, now: () => 0 });
  expect(['a', 'b', 'c', 'b', 'a'].map((key) => counter.hit(key) === undefined)).toEqual([
    true,
    true,
    true,
    false,
    true,
  ]);
});
