import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { derivedId, withOptions } from '../index.js';
import { dispatchOptionsOf } from './options.js';

describe('derivedId', () => {
  it.each([
    ['orders.checkout:o-1', 'reserve', 'a6ced522-d6e1-5e76-afc4-d25b1ff6ba57'],
    ['', '', '4b74239a-4f19-5b60-820a-c337f3d66c6d'],
    ['käse 🧀', 'é\u0000\ud800', '07dbd4d1-c8dc-5728-979d-b566de2ba43b'],
  ])('of %j and %j never changes: stored ids depend on it', (seed, name, id) => {
    expect(derivedId(seed, name)).toBe(id);
  });

  it('tells every pair apart, however it is cut', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '"', ',', '[', ']', '\\', ':', '\u0000', '\ud800'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.tuple(text, text), fc.tuple(text, text), (one, other) => {
        expect(derivedId(...one) === derivedId(...other)).toBe(one[0] === other[0] && one[1] === other[1]);
      }),
      { numRuns: 2_000 },
    );
    expect(
      new Set([derivedId('a', 'bc'), derivedId('ab', 'c'), derivedId('a","b', 'c'), derivedId('a', 'b","c')]).size,
    ).toBe(4);
  });
});

describe('withOptions', () => {
  it('returns the same message, adds to what it has, and shows nowhere in it', () => {
    const message = { sku: 'mug' };
    expect(withOptions(withOptions(message, { id: 'a', timeoutMs: 5 }), { id: 'b' })).toBe(message);
    expect(dispatchOptionsOf(message)).toEqual({ id: 'b', timeoutMs: 5 });
    expect(Reflect.ownKeys(message)).toEqual(['sku']);
    expect(dispatchOptionsOf({ sku: 'mug' })).toEqual({});
  });

  it.each([
    [{ timeoutMs: -1 }, 'timeoutMs: expected a whole number of milliseconds, 0 or more, got -1'],
    [{ timeoutMs: 0.5 }, 'timeoutMs'],
    [{ timeoutMs: Number.NaN }, 'timeoutMs'],
    [{ timeoutMs: Number.POSITIVE_INFINITY }, 'timeoutMs'],
    [{ id: '' }, 'id: expected 1 to 200 characters, got 0'],
    [{ revokes: 'x'.repeat(201) }, 'revokes: expected 1 to 200 characters, got 201'],
  ])('refuses %j, which no envelope can carry', (options, problem) => {
    expect(() => withOptions({}, options)).toThrow(RangeError);
    expect(() => withOptions({}, options)).toThrow(problem);
  });
});
