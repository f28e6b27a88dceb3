import { describe, expect, it } from '@jest/globals';
import { exponential, fullJitter, pause, RECONNECT, RETRY } from './backoff.js';

/** What can go on without a timer has gone on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('backoff', () => {
  it('doubles up to its bound', () => {
    expect([0, 1, 2, 6, 7, 5_000].map((attempt) => exponential(attempt, RETRY))).toEqual([
      100, 200, 400, 6_400, 10_000, 10_000,
    ]);
  });

  it('is spread over the whole delay', () => {
    expect([0, 0.5, 1].map((random) => fullJitter(3, RECONNECT, () => random))).toEqual([0, 400, 800]);
  });

  it('ends early, and without an error, when its signal aborts (fault 46)', async () => {
    const controller = new AbortController();
    const ended: string[] = [];
    const begin = (which: string) => void pause(60_000, controller.signal).then(() => ended.push(which));
    begin('resting');
    await turn();
    expect(ended).toEqual([]);
    controller.abort();
    begin('late');
    await turn();
    expect(ended.toSorted()).toEqual(['late', 'resting']);
  });
});
