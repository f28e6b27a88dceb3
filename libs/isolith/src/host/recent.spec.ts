import { describe, expect, it } from '@jest/globals';
import { Recent } from './recent.js';

describe('what is kept', () => {
  it('is bounded, and the oldest goes first', () => {
    const recent = new Recent<number>(2);
    recent.keep('a', 1);
    recent.keep('b', 2);
    recent.keep('a', 3);
    recent.keep('c', 4);
    expect([recent.size, recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([2, 3, undefined, 4]);
  });
});
