import { expect, it } from '@jest/globals';
import { targetOf } from './rewind-target.js';

it('is what the host takes, or none', () => {
  expect(targetOf('last-effect', 'whatever')).toBe('last-effect');
  expect(['0', '120', '-1', '1.5', 'x', ''].map((text) => targetOf('position', text))).toEqual([
    { position: 0 },
    { position: 120 },
    ...Array.from({ length: 4 }, () => undefined),
  ]);
  expect(targetOf('time', '2026-11-30T09:00:00Z')).toEqual({ time: '2026-11-30T09:00:00.000Z' });
  expect(targetOf('time', '')).toBeUndefined();
});
