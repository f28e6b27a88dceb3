import { expect, it } from '@jest/globals';
import { ago, lengthOf, momentOf } from './time.js';

it('says lengths in two units at most', () => {
  expect([0, 340, 1_000, 59_999, 60_000, 7_500_000, 90_000_000, 864_000_000].map(lengthOf)).toEqual([
    '0 ms',
    '340 ms',
    '1.0 s',
    '59 s',
    '1 min',
    '2 h 5 min',
    '1 d 1 h',
    '10 d',
  ]);
});

it('says how long ago something was', () => {
  const at = '2026-01-01T00:00:00.000Z';
  expect(ago(at, Date.parse(at) + 400)).toBe('now');
  expect(ago(at, Date.parse(at) + 61_000)).toBe('1 min 1 s ago');
});

it('leaves what is no moment as it is', () => {
  expect(momentOf('whenever')).toBe('whenever');
});
