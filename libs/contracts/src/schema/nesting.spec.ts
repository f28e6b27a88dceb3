import { describe, expect, it } from '@jest/globals';
import { DEEPEST, nestsTooDeep } from './nesting.js';

const lists = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const objects = (depth: number): unknown => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));

describe('nestsTooDeep', () => {
  it.each([lists, objects])('lets %p pass up to the bound, and nothing beyond', (nested) => {
    expect(nestsTooDeep(nested(DEEPEST))).toBe(false);
    expect(nestsTooDeep(nested(DEEPEST + 1))).toBe(true);
    expect(nestsTooDeep(nested(100_000))).toBe(true);
  });

  it('finds it beside what is flat', () => {
    expect(nestsTooDeep({ a: 1, b: [null, 'x', { c: lists(DEEPEST) }] })).toBe(true);
    expect(nestsTooDeep([null, undefined, 1, 'x', true])).toBe(false);
  });
});
