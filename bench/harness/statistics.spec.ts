import { expect, it } from '@jest/globals';
import { quantile, spreadOf } from './statistics.js';

it('a quantile lies between two values where it falls between them', () => {
  expect([0, 0.5, 0.75, 1].map((share) => quantile([1, 2, 4, 8], share))).toEqual([1, 3, 5, 8]);
  expect(() => quantile([], 0.5)).toThrow('no values');
});

it('a spread is median and quartiles, in whatever order the values came', () => {
  const values = [5, 1, 4, 2, 3];
  expect(spreadOf(values)).toEqual({ low: 2, median: 3, high: 4 });
  expect(values).toEqual([5, 1, 4, 2, 3]);
});
