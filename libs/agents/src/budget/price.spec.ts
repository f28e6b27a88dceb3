import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amountOf, atMost } from './price.js';

const price = fc.record(
  {
    input: fc.nat(50_000_000),
    output: fc.nat(50_000_000),
    cacheRead: fc.nat(90_000_000),
    cacheWrite: fc.nat(90_000_000),
  },
  { requiredKeys: ['input', 'output'] },
);
const tokens = fc.nat(100_000);

describe('what an answer has used', () => {
  it('is never more than what was reserved for no fewer tokens', () => {
    fc.assert(
      fc.property(price, tokens, tokens, tokens, tokens, fc.nat(10), (of, plain, read, written, output, spare) => {
        const inputTokens = plain + read + written;
        const reserved = atMost(of, inputTokens + spare, output + spare);
        const usage = { inputTokens, outputTokens: output, cacheReadTokens: read, cacheWriteTokens: written };
        const used = amountOf(of, usage);
        expect(used.tokens).toBeLessThanOrEqual(reserved.tokens);
        expect(used.money).toBeLessThanOrEqual(reserved.money);
      }),
    );
  });

  it('is priced by kind, and rounded up', () => {
    const of = { input: 3_000_000, output: 15_000_000, cacheRead: 300_000 };
    expect(amountOf(of, { inputTokens: 1_000, outputTokens: 10, cacheReadTokens: 900, cacheWriteTokens: 0 })).toEqual({
      tokens: 1_010,
      money: 100 * 3 + 270 + 150,
    });
    expect(amountOf(of, { inputTokens: 1, outputTokens: 0, cacheReadTokens: 1, cacheWriteTokens: 0 }).money).toBe(1);
  });
});
