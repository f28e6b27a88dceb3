import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TimeoutExceededError } from './errors.js';
import { Run } from './run.js';
import { Timeout } from './timeout.js';

const runtime = { now: () => Date.now(), random: Math.random };
const never = (): Promise<never> => new Promise(() => undefined);

describe('Timeout', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('gives up a call that ignores its signal, at its limit and not before', async () => {
    // given
    let seen: AbortSignal | undefined;
    const outcome = new Timeout('mail', 100)
      .execute(
        (signal) => {
          seen = signal;
          return never();
        },
        new Run('mail', runtime, {}),
      )
      .catch((error: unknown) => error);
    // when
    await jest.advanceTimersByTimeAsync(99);
    const abortedBefore = seen?.aborted;
    await jest.advanceTimersByTimeAsync(1);
    // then
    expect(abortedBefore).toBe(false);
    expect(seen?.aborted).toBe(true);
    expect(await outcome).toMatchObject({ name: 'TimeoutExceededError', policy: 'mail', limit: 'timeout' });
  });

  it('calls it a timeout although the call answers the abort with its own error', async () => {
    const outcome = new Timeout('mail', 100)
      .execute(
        (signal) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('socket closed')))),
        new Run('mail', runtime, {}),
      )
      .catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(100);
    expect(await outcome).toBeInstanceOf(TimeoutExceededError);
  });

  it.each([undefined, 100])('passes result and error of the call on untouched (timeoutMs %p)', async (timeoutMs) => {
    const timeout = new Timeout('mail', timeoutMs);
    const error = new Error('refused');
    let seen: AbortSignal | undefined;
    const work = async (signal: AbortSignal): Promise<number> => {
      seen = signal;
      return 7;
    };
    expect(await timeout.execute(work, new Run('mail', runtime, {}))).toBe(7);
    expect(seen?.aborted).toBe(false); // a body may still be read with it
    await expect(timeout.execute(() => Promise.reject(error), new Run('mail', runtime, {}))).rejects.toBe(error);
    await expect(
      timeout.execute(
        () => {
          throw error;
        },
        new Run('mail', runtime, {}),
      ),
    ).rejects.toBe(error);
  });

  it.each([undefined, 100])('ends with the reason of the run, at once (timeoutMs %p)', async (timeoutMs) => {
    const caller = new AbortController();
    const reason = new Error('the client left');
    const run = new Run('mail', runtime, { signal: caller.signal });
    const answersAbort = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('socket closed'))));
    const outcomes = [never, answersAbort].map((call) =>
      new Timeout('mail', timeoutMs).execute(call, run).catch((error: unknown) => error),
    );
    caller.abort(reason);
    expect(await Promise.all(outcomes)).toEqual([reason, reason]);
  });

  it('makes no call when the run has ended already', async () => {
    const call = jest.fn(never);
    const run = new Run('mail', runtime, { signal: AbortSignal.abort(new Error('gone')) });
    await expect(new Timeout('mail', 100).execute(call, run)).rejects.toThrow('gone');
    expect(call).not.toHaveBeenCalled();
  });
});
