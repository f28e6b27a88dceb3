import { describe, expect, it } from '@jest/globals';
import { exponential, fullJitter, pause, RECONNECT, RETRY } from './backoff.js';

describe('backoff', () => {
  it('doubles up to its bound', () => {
    expect([0, 1, 2, 6, 7, 5_000].map((attempt) => exponential(attempt, RETRY))).toEqual([
      100, 200, 400, 6_400, 10_000, 10_000,
    ]);
  });

  it('is spread over the whole delay', () => {
    expect([0, 0.5, 1].map((random) => fullJitter(3, RECONNECT, () => random))).toEqual([0, 400, 800]);
  });

  it('ends early, and without an error, when its signal aborts', async () => {
    const controller = new AbortController();
    const resting = pause(60_000, controller.signal);
    controller.abort();
    await resting;
    await pause(60_000, controller.signal);
  });
});
