import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Stoppable, stopper } from './stop-on-signals.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const GRACE = 1_000;
function running(close: Stoppable['close']) {
  const seen: (string | number)[] = [];
  const host = { close, cutConnections: () => void seen.push('cut') };
  const stop = stopper(host, {
    graceMs: GRACE,
    say: (line) => void seen.push(line),
    exit: (code) => void seen.push(code),
  });
  return { seen, stop };
}
const never = (): Promise<void> => new Promise(() => undefined);

describe('the first signal', () => {
  it('closes the host and ends with 0', async () => {
    const { seen, stop } = running(() => Promise.resolve());
    stop('SIGTERM');
    await jest.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([0]);
  });

  it('ends with 1 and says why when closing fails', async () => {
    const { seen, stop } = running(() => Promise.reject(new Error('disk is full')));
    stop('SIGTERM');
    await jest.advanceTimersByTimeAsync(0);
    expect(seen).toEqual(['stopping failed: disk is full', 1]);
  });

  it('cuts connections after the grace and ends with 1 soon after', async () => {
    const { seen, stop } = running(never);
    stop('SIGTERM');
    await jest.advanceTimersByTimeAsync(GRACE - 1);
    expect(seen).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(['cut']);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(seen).toEqual(['cut', 'not stopped within SHUTDOWN_GRACE_MS (1000 ms): ending with work unfinished', 1]);
  });
});

it('the second signal ends at once, as by that signal', () => {
  const { seen, stop } = running(never);
  stop('SIGINT');
  stop('SIGTERM');
  expect(seen).toEqual(['SIGTERM again: ending at once', 143]);
});
