import { describe, expect, it } from '@jest/globals';
import { preferredWait } from './prefer-wait.route.js';

describe('Prefer', () => {
  it.each([
    [undefined, 0],
    ['wait=10', 10],
    ['Wait=10', 10],
    ['wait="7"', 7],
    ['respond-async, wait=5', 5],
    ['wait=5; reason=impatience', 5],
    ['wait=3, wait=9', 3],
    [['respond-async', 'wait=4'], 4],
    ['wait=0', 0],
    ['wait=31', 30],
    ['wait=999999999', 30],
    ['wait=-1', 0],
    ['wait=soon', 0],
    ['return=minimal', 0],
    ['', 0],
  ])('%j waits %d seconds', (header, seconds) => {
    expect(preferredWait(header)).toBe(seconds);
  });
});
