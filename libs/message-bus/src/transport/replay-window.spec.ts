import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReplayWindow } from './replay-window.js';

describe('the numbers of one sender', () => {
  it('are new once each, in whatever order they come, as a set would say', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3_000 }), { maxLength: 400 }), (numbers) => {
        const window = new ReplayWindow();
        expect(window.isNew(0)).toBe(true);
        const known = new Set([0]);
        for (const number of numbers) {
          expect(window.isNew(number)).toBe(!known.has(number));
          known.add(number);
        }
      }),
    );
  });

  it('are new never again behind the last 16,384, and the window forgets nothing while it moves', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40_000 }), { minLength: 1, maxLength: 200 }), (steps) => {
        const window = new ReplayWindow();
        let at = 0;
        window.isNew(at);
        for (const step of steps) {
          at += step + 1;
          expect(window.isNew(at)).toBe(true);
          for (const again of [at, at - 16_384, 0]) expect(window.isNew(again)).toBe(false);
        }
      }),
    );
  });

  it('are new from a little below the first on: a reader that has just started knows nothing of those before', () => {
    const window = new ReplayWindow();
    expect([1_000, 936, 935, 1_000].map((number) => window.isNew(number))).toEqual([true, true, false, false]);
  });

  it('work up to where numbers end', () => {
    const window = new ReplayWindow();
    const last = Number.MAX_SAFE_INTEGER;
    expect([last - 1, last, last - 1, last].map((number) => window.isNew(number))).toEqual([true, true, false, false]);
  });
});
