import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pauseAfter } from './retry.js';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);

describe(`a pause (FC_SEED=${seed})`, () => {
  it('is never 0, never longer than the longest, and doubles up to there', () => {
    const arbitrary = fc.record({
      failed: fc.integer({ min: 1, max: 5_000 }),
      initialDelayMs: fc.integer({ min: 2, max: 1_000 }),
      more: fc.nat(60_000),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(arbitrary, ({ failed, initialDelayMs, more, random }) => {
        const maxDelayMs = initialDelayMs + more;
        const pause = pauseAfter(failed, { attempts: 1, initialDelayMs, maxDelayMs }, () => random);
        expect(pause).toBeGreaterThanOrEqual(1);
        expect(pause).toBeLessThanOrEqual(maxDelayMs);
        expect(pause).toBeCloseTo(Math.max(1, random * Math.min(maxDelayMs, initialDelayMs * 2 ** (failed - 1))));
      }),
      { seed },
    );
    expect(
      [1, 2, 3, 4].map((failed) =>
        pauseAfter(failed, { attempts: 9, initialDelayMs: 100, maxDelayMs: 500 }, () => 0.5),
      ),
    ).toEqual([50, 100, 200, 250]);
  });
});
