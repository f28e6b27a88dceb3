import { expect, it } from '@jest/globals';
import { Contended } from './contended.js';

it('remembers a stream for ten seconds after the last time that writers met there', () => {
  let now = 0;
  const contended = new Contended(() => now);
  expect(contended.has('a')).toBe(false);
  contended.note('a');
  now = 6_000;
  contended.note('a');
  now = 15_999;
  expect([contended.has('a'), contended.has('b')]).toEqual([true, false]);
  now = 16_000;
  expect(contended.has('a')).toBe(false);
});

it('forgets the oldest beyond a thousand', () => {
  const contended = new Contended();
  for (let nth = 0; nth < 1_001; nth += 1) contended.note(`stream-${nth}`);
  expect([contended.has('stream-0'), contended.has('stream-1'), contended.has('stream-1000')]).toEqual([
    false,
    true,
    true,
  ]);
});
