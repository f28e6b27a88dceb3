import { describe, expect, it, jest } from '@jest/globals';
import { steadyNow } from '@isolith/contracts';
import { ANSWERED, underDeadline } from './deadline.js';

describe('underDeadline', () => {
  it('aborts at the deadline, not before', async () => {
    const began = steadyNow();
    const aborted = await underDeadline(
      began + 40,
      (signal) => new Promise<number>((resolve) => signal.addEventListener('abort', () => resolve(steadyNow()))),
    );
    // Timers may fire within the millisecond before.
    expect(aborted - began).toBeGreaterThanOrEqual(39);
  });

  it('has aborted from the start when the deadline has passed', async () => {
    expect(await underDeadline(steadyNow() - 1, async (signal) => signal.aborted)).toBe(true);
  });

  it.each([undefined, Number.MAX_SAFE_INTEGER])('does not abort for the deadline %p', async (deadline) => {
    const aborted = await underDeadline(deadline, async (signal) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return signal.aborted;
    });
    expect(aborted).toBe(false);
  });

  it.each([undefined, new AbortController().signal])('aborts when its work gives up what it left', async (givenUp) => {
    const reason = await underDeadline(
      undefined,
      async (signal, giveUp) => {
        giveUp();
        return signal.reason;
      },
      givenUp,
    );
    expect(reason).toBe(ANSWERED);
  });

  it('leaves no timer behind, whatever becomes of the work', async () => {
    const clear = jest.spyOn(globalThis, 'clearTimeout');
    const set = jest.spyOn(globalThis, 'setTimeout');
    await underDeadline(steadyNow() + 60_000, async () => 'done');
    await expect(underDeadline(steadyNow() + 60_000, () => Promise.reject(new Error('failed')))).rejects.toThrow(
      'failed',
    );
    const timers = set.mock.results.map(({ value }) => value);
    expect(timers).toHaveLength(2);
    expect(clear.mock.calls.map(([timer]) => timer)).toEqual(timers);
    jest.restoreAllMocks();
  });
});
