import { expect, it } from '@jest/globals';
import { progressOf } from './build.js';

it.each([
  ['nothing to do', { position: 0, events: 0 }, 0, 10, { percent: 100, eventsPerSecond: 0, secondsLeft: 0 }],
  ['not begun', { position: 0, events: 0 }, 50, 1_000, { percent: 0, eventsPerSecond: 0, secondsLeft: undefined }],
  ['on the way', { position: 250, events: 100 }, 1_000, 5_000, { percent: 25, eventsPerSecond: 20, secondsLeft: 15 }],
  [
    'nearly there',
    { position: 9_999, events: 9_999 },
    10_000,
    1_000,
    { percent: 99.9, eventsPerSecond: 9_999, secondsLeft: 1 },
  ],
  ['there', { position: 1_000, events: 400 }, 1_000, 2_000, { percent: 100, eventsPerSecond: 200, secondsLeft: 0 }],
])('%s', (_what, build, end, elapsedMs, expected) => {
  expect(progressOf({ ...build, elapsed_ms: elapsedMs }, end)).toEqual(expected);
});
