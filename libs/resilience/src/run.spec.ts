import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { LONGEST_TIMER_MS, Run, untilAborted } from './run.js';

const runtime = { now: () => Date.now(), random: Math.random };

describe('Run', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_000 }));
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('ends at its deadline', async () => {
    const run = new Run('p', runtime, { deadline: 1_050 });
    await jest.advanceTimersByTimeAsync(49);
    expect(run.signal.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(run.signal.reason).toMatchObject({ name: 'TimeoutExceededError', policy: 'p', limit: 'deadline' });
    run.close();
  });

  it.each([1_000, 999])('has ended at once when the deadline is %p and now is 1000', (deadline) => {
    expect(new Run('p', runtime, { deadline }).signal.aborted).toBe(true);
  });

  it('does not take a deadline further than the longest timer for one that has passed', async () => {
    const run = new Run('p', runtime, { deadline: 1_000 + LONGEST_TIMER_MS + 1 });
    await jest.advanceTimersByTimeAsync(10);
    expect(run.signal.aborted).toBe(false);
    run.close();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses the deadline %p by name', (deadline) => {
    expect(() => new Run('p', runtime, { deadline })).toThrow(/"p".*options\.deadline/);
  });

  it("ends a sleep with the caller's reason and clears its timer", async () => {
    const caller = new AbortController();
    const run = new Run('p', runtime, { signal: caller.signal, deadline: 90_000 });
    const slept = run.sleep(60_000).catch((error: unknown) => error);
    caller.abort('enough');
    expect(await slept).toBe('enough');
    run.close();
  });

  it('does not wait when the signal has aborted before', async () => {
    await expect(untilAborted(new Promise(() => undefined), AbortSignal.abort('enough'))).rejects.toBe('enough');
  });

  it('leaves no listener on the signal that it was given', async () => {
    const { signal } = new AbortController();
    const run = new Run('p', runtime, { signal });
    await untilAborted(Promise.resolve(1), signal);
    run.close();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
