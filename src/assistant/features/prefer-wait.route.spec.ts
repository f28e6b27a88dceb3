import { describe, expect, it } from '@jest/globals';
import { LONGEST_WAIT_S, preferredWait } from './prefer-wait.route.js';

describe('how long somebody waits for an answer', () => {
  it.each([
    [undefined, LONGEST_WAIT_S],
    ['', LONGEST_WAIT_S],
    ['handling=strict', LONGEST_WAIT_S],
    ['wait=5', 5],
    ['respond-async, wait=5', 5],
    ['wait=5; x=y, wait=7', 5],
    ['Wait = "7"', 7],
    ['respond-async', 0],
    ['wait=0', 0],
    ['wait=999999999', LONGEST_WAIT_S],
    ['wait=-1', LONGEST_WAIT_S],
    ['wait=1e3', LONGEST_WAIT_S],
  ])('%s: %d s', (header, seconds) => {
    expect(preferredWait(header)).toBe(seconds);
  });
});
