import { expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

it('waits twice as long each time, half a minute at most, half of it by chance', () => {
  expect([1, 2, 3, 4].map((failures) => backoffMs(failures, () => 1))).toEqual([500, 1_000, 2_000, 4_000]);
  expect(backoffMs(1, () => 0)).toBe(250);
  expect(backoffMs(1_000, () => 1)).toBe(30_000);
});
