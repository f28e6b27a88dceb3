import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sell, Undo } from '../testing/sample-sales.js';
import { digestOf } from './digest.js';

const seed = Date.now();

describe('the digest of an input', () => {
  it(`is that of its JSON, whatever the order of its keys (seed ${seed})`, () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, item]) => [key, shuffled(item)]),
      );
    };
    const law = fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (input) => {
      const { pin: _, ...fields } = input;
      expect(digestOf(Sell.contract, shuffled(fields))).toBe(digestOf(Sell.contract, fields));
      expect(digestOf(Sell.contract, JSON.parse(JSON.stringify(fields)))).toBe(digestOf(Sell.contract, fields));
    });
    fc.assert(law, { seed });
  });

  it(`differs where the JSON does (seed ${seed})`, () => {
    const law = fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      fc.pre(JSON.stringify(a) !== JSON.stringify(b) && typeof a !== 'object' && typeof b !== 'object');
      expect(digestOf(Sell.contract, { a })).not.toBe(digestOf(Sell.contract, { a: b }));
    });
    fc.assert(law, { seed });
    expect(digestOf(Sell.contract, { a: ['b', 'c'] })).not.toBe(digestOf(Sell.contract, { a: ['b,c'] }));
    expect(digestOf(Sell.contract, { a: { b: 1 } })).not.toBe(digestOf(Sell.contract, { a: '{"b":1}' }));
  });

  it('leaves secrets out and tells commands apart', () => {
    const input = { saleId: 'a', amount: 1 };
    expect(digestOf(Sell.contract, { ...input, pin: '1' })).toBe(digestOf(Sell.contract, { ...input, pin: '2' }));
    expect(digestOf(Sell.contract, input)).not.toBe(digestOf(Sell.contract, { ...input, amount: 2 }));
    expect(digestOf(Sell.contract, input)).not.toBe(digestOf(Undo.contract, input));
  });
});
