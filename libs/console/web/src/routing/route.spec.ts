import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hrefOf, routeOf } from './route.js';

it('reads what it writes, whatever names there are', () => {
  const name = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(fc.array(name), fc.dictionary(fc.stringMatching(/^[a-z]+$/), name), (parts, query) => {
      expect(routeOf(hrefOf(parts, query))).toEqual({ parts, query });
    }),
  );
});

it('takes the empty fragment for the beginning, and what cannot be decoded as it is', () => {
  expect(routeOf('')).toEqual({ parts: [], query: {} });
  expect(routeOf('#/sagas/%E0?status=running')).toEqual({ parts: ['sagas', '%E0'], query: { status: 'running' } });
});

it('leaves empty filters out', () => {
  expect(hrefOf(['parked'], { context: '', type: undefined, key: 'a b' })).toBe('#/parked?key=a+b');
});
